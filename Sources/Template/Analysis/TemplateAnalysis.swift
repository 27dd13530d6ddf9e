public import JSON

/// What a template says about itself, read off its syntax tree: nothing is rendered, and no model's name is asked for.
///
/// Sound only as far as names go: a template that hides a comparison behind string building is not seen through. All
/// lists are in the order in which the source mentions things.
public struct TemplateAnalysis: Sendable {
    /// A variable that the template takes from its context.
    public struct Variable: Sendable {
        public var name: [UInt8]
        /// What the template puts in its place where the caller gives none; nil if it says nothing, or nothing constant.
        public var defaultValue: Value?
        /// The template asks whether it is defined: the caller may leave it out.
        public var isOptional = false
    }

    /// Free variables, without the functions that every template is given.
    public internal(set) var variables: [Variable] = []
    /// What the role of a message is compared with.
    public internal(set) var roles: [[UInt8]] = []
    /// Fields of messages that are read or asked for.
    public internal(set) var messageFields: [[UInt8]] = []
    /// What the type of a content part is compared with.
    public internal(set) var partTypes: [[UInt8]] = []
    /// Fields of content parts that are read or asked for, but `type`.
    public internal(set) var partFields: [[UInt8]] = []
    public internal(set) var usesTools = false
    public internal(set) var usesDocuments = false
    /// There is a `{% generation %}` block.
    public internal(set) var marksGenerations = false

    /// The fields of messages that hold reasoning, by their names.
    public var reasoningFields: [[UInt8]] {
        messageFields.filter { field in
            let name = Text(field)
            return ["reason", "think", "thought"].contains { name.find(Text($0)) != nil }
        }
    }

    /// Whether a role is among `roles`.
    public func knows(role: [UInt8]) -> Bool { roles.contains(role) }
}
