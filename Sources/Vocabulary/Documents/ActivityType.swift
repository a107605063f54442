/// What an activity does.
///
/// Spec: Activity Vocabulary section 3.1.
public enum ActivityType: Sendable, Hashable {
    case create, update, delete, follow, accept, reject, undo, like, announce, block, add, remove, emojiReact,
        flag, move, quoteRequest
    /// Anything else, as it was written, at most 64 characters of it; empty when there was no type.
    case unknown(String)

    private static let known: [String: ActivityType] = [
        "Create": .create, "Update": .update, "Delete": .delete, "Follow": .follow, "Accept": .accept,
        "Reject": .reject, "Undo": .undo, "Like": .like, "Announce": .announce,
        "Block": .block, "Add": .add, "Remove": .remove, "EmojiReact": .emojiReact, "Flag": .flag,
        "Move": .move,
        "QuoteRequest": .quoteRequest,
    ]

    /// The first type that we know decides.
    init(_ types: [String]) {
        self =
            types.lazy.compactMap { Self.known[$0] }.first ?? .unknown(String((types.first ?? "").prefix(64)))
    }
}
