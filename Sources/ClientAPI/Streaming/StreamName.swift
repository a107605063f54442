import Content
import Domain
import HTTPTypes
import Server

/// One of the streams that there are, as an app names it.
///
/// Reference: Mastodon's API, method "streaming".
enum StreamName: Sendable, Hashable {
    /// The home timeline and what the account is told.
    case user
    /// What the account is told.
    case notifications
    /// What is for everybody: the same feed as `/api/v1/timelines/public`.
    case everybody
    /// The school's own posts.
    case local
    /// Posts that have a hashtag, by its name; of the school's own only, if so.
    case hashtag(String, isLocal: Bool)
    /// Conversations in direct messages.
    case direct
    /// A list of the account's own.
    case list(AccountList.ID)

    /// Reads the name of a stream with its parameters.
    ///
    /// - Throws: `Problem`: 404 for a stream that there is not, 400 without the parameter that it needs.
    init(_ word: String, tag: String?, list: String?) throws {
        switch word {
        case "user": self = .user
        case "user:notification": self = .notifications
        case "public": self = .everybody
        case "public:local": self = .local
        case "direct": self = .direct
        case "hashtag", "hashtag:local":
            guard let name = tag.flatMap({ Hashtag($0)?.name }) else {
                throw Problem(.badRequest, detail: "Missing tag name parameter")
            }
            self = .hashtag(name, isLocal: word == "hashtag:local")
        case "list":
            guard let id = list.flatMap({ AccountList.ID($0) }) else {
                throw Problem(.badRequest, detail: "Missing list name parameter")
            }
            self = .list(id)
        default: throw Problem(.notFound, detail: "Unknown channel requested")
        }
    }

    /// The scope that a token needs for it.
    var scope: String { self == .notifications ? "read:notifications" : "read:statuses" }

    /// Whether it shows posts.
    var showsPosts: Bool { self != .notifications }

    /// How it is named in what is sent over a socket.
    var words: [String] {
        switch self {
        case .user: ["user"]
        case .notifications: ["user:notification"]
        case .everybody: ["public"]
        case .local: ["public:local"]
        case .direct: ["direct"]
        case .hashtag(let name, let isLocal): [isLocal ? "hashtag:local" : "hashtag", name]
        case .list(let id): ["list", id.description]
        }
    }
}
