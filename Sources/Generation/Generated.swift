public import Bytes
public import Chat
public import Engines

/// What came of a generate call.
public struct Generated: Sendable {
    public let completion: Completion
    public let promptIDs: FlatArray<UInt32>
    /// A message for each choice; nil where the call had no model.
    public let messages: [ParsedMessage]?
    /// The engine that answered, and for "auto" why it was thought to be that.
    public let engine: ChosenEngine
    /// Milliseconds from the call to its result.
    public let milliseconds: Int
}
