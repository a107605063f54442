/// A place in a thread where something is missing, and why.
public struct ThreadGap: Sendable, Hashable {
    /// On which side of a post something is missing.
    public enum Place: String, Sendable, CaseIterable {
        /// What the post answers.
        case above
        /// Some of what answers the post.
        case below
    }

    /// Why it is missing; the raw value is stored, and is the client API's word.
    public enum Reason: String, Sendable, CaseIterable {
        /// It is being fetched, or will be soon.
        case waiting
        /// Its server is none that the school exchanges posts with.
        case notAPartner = "not_a_partner"
        /// It was deleted, or never was.
        case gone
        /// Its server did not answer as it should.
        case unreachable
        /// Its server's answer makes no sense to us.
        case unreadable
        /// It is not for everybody, and was not sent to the viewer.
        case notForEverybody = "not_for_everybody"
        /// It answers a post whose author does not take answers from there.
        case notWanted = "not_wanted"
        /// So long a chain of answers is not followed at once.
        case tooDeep = "too_deep"
        /// It leads back to itself.
        case loop
        /// Its server lists answers on more pages than are read at once.
        case tooManyPages = "too_many_pages"
        /// There are more answers than are fetched at once.
        case tooManyPosts = "too_many_posts"
        /// The answers come from more servers than are asked at once.
        case tooManyHosts = "too_many_hosts"
        /// There is more text than is fetched at once.
        case tooMuch = "too_much"
        /// Fetching took longer than is waited for.
        case tooSlow = "too_slow"
    }

    /// On which side.
    public let place: Place
    /// Beside which post.
    public let post: Post.ID
    /// The id of what is missing; nil when that is not known, or not for the viewer to know.
    public let uri: URI?
    /// Why.
    public let reason: Reason

    /// Puts a gap together.
    public init(_ place: Place, of post: Post.ID, uri: URI? = nil, _ reason: Reason) {
        self.place = place
        self.post = post
        self.uri = uri
        self.reason = reason
    }
}

extension ThreadGap {
    /// What is missing and why, in a sentence for people.
    public var personText: String {
        place == .above ? "What this answers is missing: \(why)." : "Some answers are missing: \(why)."
    }

    private var why: String {
        switch reason {
        case .waiting: place == .above ? "it is being fetched" : "they are being fetched"
        case .notAPartner: "the server is no partner of this school"
        case .gone: place == .above ? "it is not there any more" : "the post is not there any more"
        case .unreachable: "the server did not answer"
        case .unreadable: "the server's answer makes no sense to us"
        case .notForEverybody: place == .above ? "it is not for everybody" : "they are not for everybody"
        case .notWanted: "the author does not take answers from there"
        case .tooDeep: "the thread goes further up than is fetched at once"
        case .loop: "the thread leads back to itself"
        case .tooManyPages, .tooManyPosts, .tooMuch: "there are more than are fetched at once"
        case .tooManyHosts: "they are on more servers than are asked at once"
        case .tooSlow: "fetching them took too long"
        }
    }
}
