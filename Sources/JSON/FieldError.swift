/// A member of a JSON object that is not what its reader needs.
public struct FieldError: Error, Sendable, Equatable {
    public enum Problem: Sendable, Equatable {
        case missing
        /// What was needed and what is there, both with an article: "an array", "a string".
        case wrongKind(expected: String, found: String)
        /// The value has the right kind; the text says which values are allowed.
        case notAllowed(String)
    }

    /// From the top of the document: "messages[2].content".
    public var path: String
    public var problem: Problem

    public init(path: String, problem: Problem) {
        self.path = path
        self.problem = problem
    }
}
