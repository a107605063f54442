public import Domain
public import Logging
public import Peers
public import ServiceLifecycle
public import Storage
import Vocabulary

/// Looks at the approvals that peers' posts name for what they quote, at their own origin, and again later: an approval
/// may be taken back without anybody telling us.
///
/// Spec: FEP-044f, "Verifying third-party quote posts" and "Opportunistic re-verification".
public struct QuoteChecker: Service {
    private static let poll = Duration.seconds(60)
    private static let lease = Span.minutes(5)
    /// The waits after failures that may pass; then it stays as it is.
    private static let waits: [Span] = [.minutes(1), .minutes(10), .hours(1), .hours(6), .hours(24)]
    /// When an approval is looked at again, after the quote was noted; then no more.
    private static let again: [Span] = [.hours(24), .days(7), .days(30)]

    private let database: any SQLDatabase
    private let directory: PeerDirectory
    private let clock: any WallClock
    private let logger: Logger

    /// Makes the checker of one process.
    public init(
        database: any SQLDatabase,
        directory: PeerDirectory,
        clock: any WallClock = SystemClock(),
        logger: Logger
    ) {
        self.database = database
        self.directory = directory
        self.clock = clock
        self.logger = logger
    }

    /// Runs until graceful shutdown.
    public func run() async throws {
        await database.runDue(.quotes, every: Self.poll, proceed)
    }

    private enum Finding {
        case approved
        case refused(String)
        /// Nothing says that it is approved; nothing is looked at again.
        case open
        case later(String)
    }

    /// Looks at one approval that is due.
    ///
    /// - Returns: false when there was none.
    public func proceed() async -> Bool {
        let now = clock.now()
        do {
            let claimed = try await database.write { try $0.quotes.claim(now: now, lease: now + Self.lease) }
            guard let quote = claimed else { return false }
            let finding = try await look(at: quote)
            if case .refused(let reason) = finding {
                logger.info(
                    "a quote is not approved",
                    metadata: ["post": "\(quote.uri)", "reason": "\(reason)"]
                )
            }
            try await record(finding, of: quote)
            return true
        } catch {
            // It is due again when its lease lapses.
            if !Task.isCancelled {
                logger.warning("looking at a quote failed", metadata: ["error": "\(error)"])
            }
            return false
        }
    }

    private func look(at quote: Quote) async throws -> Finding {
        let (asking, quoting) = try await database.read { db -> (School?, Account?) in
            let school = try db.partners.schoolsAllowing(quote.quoted.host).first
            return (try school.flatMap { try db.schools.find($0) }, try db.accounts.find(quote.account))
        }
        guard let school = asking, let quoting else { return .open }
        do {
            let quoted = try await directory.posts.keep(quote.quoted, for: school)
            if quoted.author == quoting.id { return .approved }
            guard let stamp = quote.stamp else { return .open }
            let author = try await database.read { db -> Account? in
                guard let author = try db.accounts.find(quoted.author),
                    try !db.tombstones.isBuried(stamp, by: author.uri)
                else { return nil }
                return author
            }
            guard let author, author.uri.origin == stamp.origin else { return .refused("it was taken back") }
            let document = try await directory.object(stamp, for: school)
            return Self.judge(document, quote, quoted, author)
        } catch let refusal as PostRefusal {
            return refusal.isTransient ? .later("\(refusal)") : .refused("\(refusal)")
        } catch let error as FetchError {
            return error.isTransient ? .later("\(error)") : .refused("\(error)")
        }
    }

    /// The three that have to match: which post quotes, which is quoted, and that its own author says so.
    private static func judge(_ document: JSONObject, _ quote: Quote, _ quoted: Post, _ author: Account)
        -> Finding
    {
        guard let stamp = try? QuoteAuthorizationObject(document) else {
            return .refused("it is no approval")
        }
        func isSame(_ text: String?, _ uri: URI) -> Bool { text.flatMap { try? URI($0) } == uri }
        guard isSame(stamp.interactingObject, quote.uri) else { return .refused("it approves another quote") }
        guard isSame(stamp.interactionTarget, quoted.uri) else { return .refused("it is of another post") }
        guard isSame(stamp.attributedTo, author.uri) else { return .refused("it is not the author's") }
        return .approved
    }

    /// Nothing that has changed meanwhile is written over.
    private func record(_ finding: Finding, of claimed: Quote) async throws {
        let now = clock.now()
        try await database.write { db in
            guard var quote = try db.quotes.find(claimed.id), quote.stamp == claimed.stamp,
                quote.state == claimed.state, quote.quoted == claimed.quoted
            else { return }
            quote.dueAt = nil
            switch finding {
            case .approved:
                quote.state = .accepted
                quote.attempts = 0
                if quote.stamp != nil {
                    quote.dueAt = Self.again.lazy.map { quote.createdAt + $0 }.first { $0 > now }
                }
            case .refused: quote.state = quote.state == .accepted ? .revoked : .rejected
            case .open: break
            case .later:
                if Self.waits.indices.contains(quote.attempts) {
                    quote.dueAt = now + Self.waits[quote.attempts]
                    quote.attempts += 1
                }
            }
            try db.quotes.set(quote)
        }
    }
}
