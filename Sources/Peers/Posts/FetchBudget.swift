public import Domain

/// How much may be fetched for one errand; what goes beyond ends it with a named reason.
public struct FetchBudget: Sendable {
    /// The most pages of collections.
    public static let maximumPages = 20
    /// The most posts.
    public static let maximumPosts = 100
    /// The most bytes of documents.
    public static let maximumBytes = 4 << 20
    /// The most servers.
    public static let maximumHosts = 20
    /// How often a server may not have what is asked of it: a list of what never was makes us no nuisance to others.
    public static let maximumMisses = 5
    /// The longest chain of answers that is followed upwards.
    public static let maximumDepth = 20

    private var pages = 0
    private var posts = 0
    private var bytes = 0
    private var hosts: Set<Host> = []
    /// Servers that did not answer: they are not asked again on the same errand.
    private var silent: Set<Host> = []
    /// How often each server did not have what was asked of it.
    private var misses: [Host: Int] = [:]

    /// Starts with everything left.
    public init() {}

    /// The end of an errand that has used up its share.
    public struct Exhausted: Error {
        /// What there was too much of.
        public let reason: ThreadGap.Reason
    }

    /// Counts a page before it is fetched.
    ///
    /// - Throws: `Exhausted`.
    public mutating func spendPage(at host: Host) throws(Exhausted) {
        guard pages < Self.maximumPages else { throw Exhausted(reason: .tooManyPages) }
        pages += 1
        try spend(host)
    }

    /// Counts a post before it is fetched.
    ///
    /// - Throws: `Exhausted`.
    public mutating func spendPost(at host: Host) throws(Exhausted) {
        guard posts < Self.maximumPosts else { throw Exhausted(reason: .tooManyPosts) }
        posts += 1
        try spend(host)
    }

    private mutating func spend(_ host: Host) throws(Exhausted) {
        guard bytes < Self.maximumBytes else { throw Exhausted(reason: .tooMuch) }
        guard hosts.contains(host) || hosts.count < Self.maximumHosts else {
            throw Exhausted(reason: .tooManyHosts)
        }
        hosts.insert(host)
    }

    /// Counts what came.
    public mutating func spend(bytes count: Int) { bytes += count }

    /// Notes that a server did not answer.
    public mutating func noteSilent(_ host: Host) { silent.insert(host) }

    /// Whether a server did not answer before.
    public func isSilent(_ host: Host) -> Bool { silent.contains(host) }

    /// Notes that a server did not have what was asked of it.
    public mutating func noteMiss(_ host: Host) { misses[host, default: 0] += 1 }

    /// Whether a server is asked for nothing more on the same errand, since it so often did not have what was asked.
    public func isSpared(_ host: Host) -> Bool { misses[host, default: 0] >= Self.maximumMisses }
}

extension ThreadGap.Reason {
    /// What a refusal means for a thread.
    public init(_ refusal: PostRefusal) {
        switch refusal {
        case .fetch(.notAllowed): self = .notAPartner
        case .fetch(.gone), .fetch(.ownHost), .goneHere: self = .gone
        case .fetch(.notActivityStreams), .fetch(.foreignID), .author, .unreadable, .notAPost:
            self = .unreadable
        case .fetch(.status(401)), .fetch(.status(403)), .notForEverybody: self = .notForEverybody
        case .fetch: self = .unreachable
        case .unwantedAnswer: self = .notWanted
        }
    }
}
