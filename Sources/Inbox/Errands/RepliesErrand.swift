import Domain
import Peers
import Storage
import Vocabulary

/// Fetches what answers a post: from the collection of its conversation, and from the collections of answers of the post
/// and of what answers it.
///
/// Spec: ActivityPub's `replies`; FEP-7888 and FEP-f228 for `context`.
///
/// A collection only says where to look: each post comes from its own home, and is taken only when it answers something
/// of this thread.
struct RepliesErrand {
    let database: any SQLDatabase
    let directory: PeerDirectory
    let school: School

    private var budget = FetchBudget()
    /// What belongs to the thread.
    private var members: Set<URI> = []
    /// What was looked at.
    private var seen: Set<URI> = []
    /// What was fetched and answers nothing that is known to belong to the thread yet.
    private var waiting: [PostFetcher.Fetched] = []
    /// The collections of answers that are still to be read.
    private var open: [CollectionWalk] = []
    /// Whether the school exchanges activities with a host.
    private var isAllowed: [Host: Bool] = [:]
    /// Whose collection is being read.
    private var lister: Host?
    /// Whether that is the collection of the conversation.
    private var isInConversation = false
    /// Why something was left out.
    private var skipped: ThreadGap.Reason?

    init(_ database: any SQLDatabase, _ directory: PeerDirectory, for school: School) {
        self.database = database
        self.directory = directory
        self.school = school
    }

    /// Runs it.
    ///
    /// - Returns: why not all answers are here; nil when they are, as far as their servers say.
    /// - Throws: `PostRefusal` when the post itself cannot be had; `StorageError`.
    mutating func run(_ uri: URI) async throws -> ThreadGap.Reason? {
        let root = try await directory.posts.fetch(uri, for: school)
        budget.spend(bytes: root.size)
        members.insert(root.note.uri)
        seen.insert(root.note.uri)
        do {
            try await readConversation(of: root)
            addReplies(of: root)
            while !open.isEmpty {
                var walk = open.removeFirst()
                try await read(&walk)
            }
        } catch let end as FetchBudget.Exhausted {
            return end.reason
        }
        return skipped
    }

    private mutating func readConversation(of root: PostFetcher.Fetched) async throws {
        let names = ["context", "conversation"].compactMap { root.document[$0]?.id }
        guard let uri = names.lazy.compactMap({ try? URI($0) }).first else { return }
        var walk = CollectionWalk(.string(uri.description), of: uri.origin, directory, for: school)
        // Of many servers it is only a name: then there is nothing to read.
        let known = skipped
        isInConversation = true
        defer { isInConversation = false }
        try await read(&walk)
        skipped = known
    }

    private mutating func addReplies(of post: PostFetcher.Fetched) {
        // PeerTube's name for what answers a film.
        guard let replies = post.document["replies"] ?? post.document["comments"] else { return }
        open.append(CollectionWalk(replies, of: post.note.uri.origin, directory, for: school))
    }

    private mutating func read(_ walk: inout CollectionWalk) async throws {
        lister = walk.origin.host
        do {
            while let items = try await walk.page(&budget) {
                for item in items {
                    guard let uri = item.id.flatMap({ try? URI($0) }) else { continue }
                    try await look(at: uri)
                }
            }
        } catch PostRefusal.fetch(.gone) {
            // Its home names a collection that it does not have.
        } catch let refusal as PostRefusal {
            skip(ThreadGap.Reason(refusal))
        } catch let end as FetchBudget.Exhausted where end.reason == .loop {
            skip(.loop)
        }
    }

    private mutating func look(at uri: URI) async throws {
        guard seen.insert(uri).inserted else { return }
        if let known = try await database.read({ try $0.posts.find(uri: uri) }) {
            if let parent = known.inReplyTo, members.contains(parent) { try await join(uri) }
            return
        }
        // Nothing is spent on whom nothing is asked.
        guard try await mayAsk(uri.host) else { return skip(.notAPartner) }
        guard !budget.isSilent(uri.host) else { return skip(.unreachable) }
        guard !budget.isSpared(uri.host) else { return skip(.unreadable) }
        try budget.spendPost(at: uri.host)
        do throws(PostRefusal) {
            let fetched = try await directory.posts.fetch(uri, for: school)
            budget.spend(bytes: fetched.size)
            try await take(fetched)
        } catch {
            switch error {
            case .fetch(.transfer): budget.noteSilent(uri.host)
            case .fetch(.ownHost), .goneHere, .unwantedAnswer: return
            case .fetch(.gone): return noteMiss(uri.host)
            default: noteMiss(uri.host)
            }
            skip(ThreadGap.Reason(error))
        }
    }

    /// What a server lists of its own is its own affair.
    private mutating func noteMiss(_ host: Host) {
        if host != lister { budget.noteMiss(host) }
    }

    private mutating func mayAsk(_ host: Host) async throws -> Bool {
        if let known = isAllowed[host] { return known }
        let school = school
        let admission = try await database.read { try $0.partners.admission(of: host, at: school) }
        isAllowed[host] = admission != .refused
        return admission != .refused
    }

    /// Keeps an answer to something of the thread; anything else waits for what it answers.
    private mutating func take(_ fetched: PostFetcher.Fetched) async throws(PostRefusal) {
        guard let parent = fetched.note.inReplyTo, members.contains(parent) else {
            waiting.append(fetched)
            // A conversation may name an answer before what it answers; who lists answers to a post has no others.
            if !isInConversation { noteMiss(fetched.note.uri.host) }
            return
        }
        do {
            _ = try await directory.posts.keep(fetched)
        } catch let refusal as PostRefusal {
            throw refusal
        } catch {
            throw .fetch(.ours(reason: "\(error)"))
        }
        addReplies(of: fetched)
        do {
            try await join(fetched.note.uri)
        } catch {
            throw .fetch(.ours(reason: "\(error)"))
        }
    }

    /// What belongs to the thread lets those in that answer it.
    private mutating func join(_ uri: URI) async throws {
        members.insert(uri)
        let ready = waiting.filter { $0.note.inReplyTo == uri }
        waiting.removeAll { $0.note.inReplyTo == uri }
        for fetched in ready {
            do throws(PostRefusal) {
                try await take(fetched)
            } catch {
                skip(ThreadGap.Reason(error))
            }
        }
    }

    private mutating func skip(_ reason: ThreadGap.Reason) {
        if skipped == nil { skipped = reason }
    }
}
