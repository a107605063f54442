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

        /// The name that people see.
        public var name: String {
            switch self {
            case .celebration: "Celebration"
            case .trying: "Trying this"
            case .question: "Question"
            case .resource: "Resource"
            case .reflection: "Reflection"
            }
        }

        /// The hashtag that says it to other servers, without `#`.
        public var hashtag: String {
            switch self {
            case .trying: "TryingThis"
            default: name
            }
        }
    }

    /// The longest "what we did" and the longest "why", in characters.
    public static let longestText = 2_000
    /// What stands above "what we did" where it is shown.
    public static let whatWeDidHeading = "What we did"
    /// What stands above "why" where it is shown.
    public static let whyHeading = "Why"

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
