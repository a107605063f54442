/// What a post is about in professional learning, as it came: a term of our own.
public struct LearningObject: Sendable, Hashable {
    /// The kind of post, by the word on the wire.
    public let kind: String
    /// What was done, as plain text.
    public let whatWeDid: String
    /// Why, as plain text.
    public let why: String

    /// Reads the term of a document in plain form; nil when it names no kind.
    init?(_ value: JSONValue?) {
        guard let object = value?.asList.first?.object, let kind = object["learningKind"]?.string else {
            return nil
        }
        self.kind = kind
        whatWeDid = object["whatWeDid"]?.string ?? ""
        why = object["why"]?.string ?? ""
    }
}
