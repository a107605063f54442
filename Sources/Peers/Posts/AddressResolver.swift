public import Domain
import Storage
import Vocabulary

/// Finds what an address means that somebody pasted: of a post or a profile, its id or its page.
public struct AddressResolver: Sendable {
    let directory: PeerDirectory

    /// What was found.
    public enum Found: Sendable, Hashable {
        /// A post; whether somebody may see it has to be asked yet.
        case post(Post.ID)
        /// An account.
        case account(Account.ID)
    }

    /// What is known here by an address; nothing is fetched.
    ///
    /// - Throws: `StorageError`.
    public func known(_ address: URI) async throws -> Found? {
        try await directory.database.read { db in
            if let post = try db.posts.find(uri: address.withoutFragment) { return .post(post.id) }
            if let account = try db.accounts.find(uri: address.withoutFragment) {
                return .account(account.id)
            }
            return try Self.own(address, in: db)
        }
    }

    /// Finds what an address means, at its home when it is not known here.
    ///
    /// One step is taken from a page to the document that it names, and one from an activity to its object; what is
    /// found there comes from its own origin. Only partners are asked.
    ///
    /// - Throws: `PostRefusal`, `StorageError`.
    public func resolve(_ address: URI, for school: School) async throws -> Found {
        if let found = try await known(address) { return found }
        do {
            let lead = try await directory.fetcher.lead(from: address, for: school)
            if let found = try await known(lead) { return found }
            return try await find(lead, for: school, mayFollow: true)
        } catch let error as StorageError {
            throw error
        } catch {
            throw PostRefusal(error)
        }
    }

    private func find(_ uri: URI, for school: School, mayFollow: Bool) async throws -> Found {
        let document = try await directory.object(uri, for: school)
        let note = try NoteObject(document)
        if Account.Kind(rawValue: note.type) != nil || document["inbox"] != nil {
            return .account(try await directory.account(uri, for: school).id)
        }
        if let object = try? Activity(document), [.create, .announce, .update].contains(object.type),
            mayFollow, let id = object.object.id.flatMap({ try? URI($0) })
        {
            if let found = try await known(id) { return found }
            return try await find(id, for: school, mayFollow: false)
        }
        return .post(try await directory.posts.keep(try await directory.posts.read(document, for: school)).id)
    }

    /// A page of one of our own schools: of a person, or of a post.
    private static func own(_ address: URI, in db: any SQLConnection) throws -> Found? {
        guard try db.schools.find(host: address.host) != nil else { return nil }
        let parts = address.path.split(separator: "/").map(String.init)
        guard let last = parts.last, parts.count <= 2 else { return nil }
        if let id = Post.ID(last), parts.count == 2, let post = try db.posts.find(id),
            let author = try db.accounts.find(post.author), author.host == address.host || parts[0] == "posts"
        {
            return .post(id)
        }
        guard parts.count == 1, last.hasPrefix("@"),
            let handle = try? Handle(local: String(last.dropFirst()), host: address.host)
        else { return nil }
        return try db.accounts.find(handle).map { .account($0.id) }
    }
}

extension PeerDirectory {
    /// What addresses mean that people paste.
    public var resolver: AddressResolver { AddressResolver(directory: self) }
}
