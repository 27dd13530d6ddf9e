/// Which turns keep the reasoning that was sampled in them when the conversation goes on.
public enum Retention: String, Sendable, CaseIterable {
    /// What the template does; where the generation prompt has switched reasoning off, there is none to keep or to drop.
    case auto
    /// What the template does.
    case template
    /// As long as no user speaks.
    case toolCycle = "tool_cycle"
    /// All turns, whatever the template does.
    case all
}
