/// Why a conversation cannot go on from the ids it has, and must be rendered anew.
public struct BridgeRefusal: Error, Sendable, Equatable {
    public enum Reason: String, Sendable, CaseIterable {
        /// There is no prompt to extend.
        case noPrompt = "no_prompt"
        /// There is nothing to extend it with.
        case noMessages = "no_messages"
        /// An assistant's message among the new ones: its ids would be ours and not the model's.
        case assistantMessage = "assistant_message"
        /// The model stopped inside its reasoning.
        case reasoningOpen = "reasoning_open"
        /// The template, or the policy, drops reasoning that was sampled.
        case thinkingRetention = "thinking_retention"
        /// With the new messages the template writes something else for what came before.
        case rewritesHistory = "rewrites_history"
        /// The template counts what came before, or looks into it, for what it writes of the new messages.
        case dependsOnHistory = "depends_on_history"
        /// The template writes the name of the tool that a result is of, and the message does not have it.
        case toolNameMissing = "tool_name_missing"
        /// The template does not render such messages.
        case templateRefuses = "template_refuses"
        /// The template does not show where the turn before ends.
        case turnNotFound = "turn_not_found"
    }

    public var reason: Reason
    /// The template's own words, or a member of a message.
    public var detail = ""
}
