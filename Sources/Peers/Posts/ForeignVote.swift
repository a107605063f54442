public import Domain
public import Vocabulary

/// A vote as it comes in: a note that names an answer of the poll that it answers, and says nothing else.
///
/// It is counted, and never shown as an answer. Pure.
public struct ForeignVote: Sendable, Hashable {
    /// The poll's post; nil when it is no address.
    public let post: URI?
    /// The answer, as the poll writes it.
    public let name: String

    /// Reads a vote; nil for any other note.
    public init?(_ note: NoteObject) {
        guard note.type == "Note", let name = note.name, let post = note.inReplyTo,
            note.content?.isEmpty ?? true, note.parts.source == nil
        else { return nil }
        self.post = try? URI(post)
        self.name = name
    }
}
