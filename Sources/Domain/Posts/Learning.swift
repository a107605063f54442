/// What a post is about in professional learning, chosen when it is written.
public struct Learning: Sendable, Hashable, Codable {
    /// The kind of post.
    public enum Kind: String, Sendable, CaseIterable, Codable {
        /// Something that went well.
        case celebration
        /// Something that is being tried.
        case trying
        /// Something that is asked of colleagues.
        case question
        /// Something to use: material, a link.
        case resource
        /// A thought on one's own work.
        case reflection
    }

    /// The kind of post.
    public var kind: Kind
    /// What we did, as plain text; empty if not said.
    public var whatWeDid: String
    /// Why, as plain text; empty if not said.
    public var why: String

    /// Puts the fields together.
    public init(_ kind: Kind, whatWeDid: String = "", why: String = "") {
        self.kind = kind
        self.whatWeDid = whatWeDid
        self.why = why
    }
}
