public import Domain
public import Vocabulary

/// To whom a post and its activities are addressed on the wire.
///
/// Pure.
///
/// `school` and `partners` have no public audience on the wire: a post for the school never leaves the instance, one
/// for partners goes to the author's followers there and says so by the followers collection.
public struct Addressing: Sendable, Hashable {
    /// Who is addressed first.
    public let to: [String]
    /// Who gets a copy.
    public let cc: [String]

    static let everybody = "https://www.w3.org/ns/activitystreams#Public"

    /// Derives the lists from an audience.
    public init(_ audience: Audience, author: Account, mentioned: [Account]) {
        let followers = author.endpoints.followers.map { [$0.description] } ?? []
        let people = mentioned.map(\.uri.description)
        switch audience {
        case .public: (to, cc) = ([Self.everybody], followers + people)
        case .unlisted: (to, cc) = (followers, [Self.everybody] + people)
        case .followers, .partners: (to, cc) = (followers, people)
        case .direct: (to, cc) = (people, [])
        case .school: (to, cc) = ([], [])
        }
    }

    /// Addresses single actors.
    public init(to actors: [URI], cc copies: [URI] = []) {
        to = actors.map(\.description)
        cc = copies.map(\.description)
    }

    /// `to` as a JSON array.
    public var toValue: JSONValue { .array(to.map { .string($0) }) }
    /// `cc` as a JSON array.
    public var ccValue: JSONValue { .array(cc.map { .string($0) }) }
}
