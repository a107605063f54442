public import Domain
public import Storage
public import Vocabulary

/// Fetches single posts from their own origin, and writes them as what is sent to us is written.
///
/// Nobody else's word counts for a post: it comes from the address that is its id, and its author is of the same
/// origin. Only what is for everybody is taken: a server may show us more, since we ask as a school, but whom else it
/// is for only its home knows.
public struct PostFetcher: Sendable {
    let directory: PeerDirectory

    /// A post as its home has it; nothing of it is in the database yet, but its author is.
    public struct Fetched: Sendable {
        /// What was read.
        public let note: ForeignNote
        /// Who wrote it.
        public let author: Account
        /// The document, for what else it names: its collections.
        public let document: JSONObject
        /// How long the document was, in bytes; 0 when it was part of another one.
        public let size: Int
    }

    /// Fetches a post on behalf of a school; after a redirect its id is not the URI that was asked for.
    ///
    /// - Throws: `PostRefusal`.
    public func fetch(_ uri: URI, for school: School) async throws(PostRefusal) -> Fetched {
        do {
            let answer = try await directory.fetcher.fetchSized(uri, for: school)
            return try await read(answer.document, size: answer.size, for: school)
        } catch {
            throw PostRefusal(error)
        }
    }

    /// Reads a document that came from the origin of its id.
    ///
    /// - Throws: `PostRefusal`.
    public func read(_ document: JSONObject, size: Int = 0, for school: School) async throws(PostRefusal)
        -> Fetched
    {
        do {
            let note = try NoteObject(document)
            guard let id = note.id.flatMap({ try? URI($0) }) else {
                throw PostRefusal.unreadable(reason: "it has no id that is an address")
            }
            if let reason = ForeignNote.refusal(of: note) {
                // What stands where a post was.
                if note.type == "Tombstone" { throw PostRefusal.fetch(.gone(status: 410)) }
                throw PostRefusal.notAPost(reason: reason)
            }
            let authors = note.parts.authors.lazy.compactMap { try? URI($0) }
            guard let author = authors.first(where: { $0.origin == id.origin }) else {
                throw PostRefusal.author(reason: "none of its own origin is named")
            }
            let account = try await directory.account(author, for: school)
            guard account.isActive, !account.isLocal else { throw PostRefusal.goneHere }
            let read = ForeignNote(note, document, uri: id, sender: account)
            guard read.audience.isForEverybody else { throw PostRefusal.notForEverybody }
            return Fetched(note: read, author: account, document: document, size: size)
        } catch {
            throw PostRefusal(error)
        }
    }

    /// Fetches a post that is not known and writes it, quietly: nobody is told and no timeline gets it.
    ///
    /// - Returns: the post, whether it was known before or not.
    /// - Throws: `PostRefusal`, `StorageError`.
    public func keep(_ uri: URI, for school: School) async throws -> Post {
        if let known = try await directory.database.read({ try $0.posts.find(uri: uri) }) {
            guard known.deletedAt == nil else { throw PostRefusal.goneHere }
            return known
        }
        return try await keep(try await fetch(uri, for: school))
    }

    /// Writes a post that was fetched.
    ///
    /// - Returns: the post, whether it was known before or not.
    /// - Throws: `PostRefusal.goneHere`, `unwantedAnswer`; `StorageError`.
    public func keep(_ fetched: Fetched) async throws -> Post {
        let (ids, now) = (directory.ids, directory.clock.now())
        return try await directory.database.write { db in
            try fetched.keep(in: db, ids: ids, at: now)
        }
    }
}

extension PostFetcher.Fetched {
    /// Writes it inside a transaction, unless it is known.
    ///
    /// - Returns: the post, whether it was known before or not.
    /// - Throws: `PostRefusal.goneHere`, `unwantedAnswer`; `StorageError`.
    @discardableResult
    public func keep(in db: any SQLConnection, ids: IDGenerator, at now: Timestamp) throws -> Post {
        if let known = try db.posts.find(uri: note.uri) {
            guard known.deletedAt == nil else { throw PostRefusal.goneHere }
            return known
        }
        let schools = try db.partners.schoolsAllowing(author.host)
        let writer = PeerPostWriter(db, ids: ids, now: now, schools: schools)
        if try writer.isBuried(note, by: author) { throw PostRefusal.goneHere }
        let parent = try writer.parent(of: note, by: author)
        if case .known(let post) = parent, let reason = try writer.refusal(of: .reply, to: post, by: author) {
            throw PostRefusal.unwantedAnswer(reason: reason)
        }
        let written = try writer.write(
            note,
            by: author,
            answering: parent,
            to: try writer.addressees(of: note, by: author),
            isFetched: true
        )
        guard let written else { throw PostRefusal.goneHere }
        return written
    }
}

extension PeerDirectory {
    /// Other servers' posts.
    public var posts: PostFetcher { PostFetcher(directory: self) }
}
