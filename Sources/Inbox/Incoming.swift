import Domain
import Peers
import Storage
import Vocabulary

/// A kept activity on its way to its effect, parsed once.
struct Incoming: Sendable {
    /// The row.
    let received: ReceivedActivity
    /// The activity.
    let activity: Activity
    /// The verified sender.
    let sender: Account
    /// The schools of this instance that exchange activities with the sender's host: only their accounts are touched.
    let schools: [School]

    /// A school on whose behalf the sender's host may be asked.
    var askingSchool: School? { schools.first }

    /// A school of those on whose behalf another host may be asked.
    func schoolAsking(_ host: Host, in database: any SQLDatabase) async throws -> School? {
        let schools = schools
        let admissions = try await database.read { try $0.partners.admissions(of: host, schools: schools) }
        return schools.first { admissions[$0.id] == .allowed }
    }

    /// The URI of the object, by reference or embedded.
    var objectURI: URI? { activity.object.id.flatMap { try? URI($0) } }
}

/// What handling an activity came to.
enum Handled: Hashable, Sendable {
    case applied
    case ignored(String)
}

/// The part of handling that changes the database; runs inside one write transaction and may not wait for anything.
typealias Effect = @Sendable (Application) throws -> Handled

/// The transaction in which an activity has its effect.
struct Application {
    let db: any SQLConnection
    let incoming: Incoming
    let ids: IDGenerator
    let now: Timestamp

    /// The schools whose accounts may be touched.
    var schools: [School.ID] { incoming.schools.map(\.id) }

    /// Whether an Undo of the activity has overtaken it.
    func isUndone() throws -> Bool {
        try db.tombstones.isBuried(incoming.received.uri, by: incoming.received.actor)
    }

    /// A local account that the sender may reach.
    func reachable(_ uri: URI) throws -> Account? {
        guard let account = try db.accounts.find(uri: uri), account.isActive, let school = account.school,
            schools.contains(school)
        else { return nil }
        return account
    }

    /// A post that stands, that the sender's host may see, and whose author does not block the sender.
    func visiblePost(_ uri: URI) throws -> (Post, Account)? {
        guard let post = try db.posts.find(uri: uri), let author = try db.accounts.find(post.author),
            try !isParted(author), try db.sights.canSee(.server(incoming.sender.host), post)
        else { return nil }
        return (post, author)
    }

    /// Whether a block stands between the sender and an account.
    func isParted(_ account: Account) throws -> Bool {
        try db.blocks.stands(between: incoming.sender.id, and: account.id)
    }

    /// What writes peers' posts.
    var writer: PeerPostWriter { PeerPostWriter(db, ids: ids, now: now, schools: schools) }

    /// Whether the sender may see a post of ours; of another's only its own server knows who may.
    func maySee(_ post: Post) throws -> Bool { try writer.maySee(post, incoming.sender) }

    /// Why the sender may not answer or boost a post of ours, by its author's choice.
    func refusal(of interaction: Interaction, to post: Post) throws -> String? {
        try writer.refusal(of: interaction, to: post, by: incoming.sender)
    }

    /// Tells a local account of a school that allows the sender.
    func notify(_ account: Account, _ kind: Notice.Kind, post: Post.ID? = nil) throws {
        guard let school = account.school, schools.contains(school) else { return }
        try db.notices.insert(
            Notice(
                id: ids.next(),
                account: account.id,
                kind: kind,
                from: incoming.sender.id,
                post: post,
                createdAt: now
            )
        )
    }
}
