import Content
public import Domain
import Peers
import Storage

extension Publisher {
    /// Tells whom a draft would reach; nothing is written and nobody is told.
    ///
    /// People whom it mentions and who are not known yet are looked up, as when it is published.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func reach(of draft: PostDraft, as account: Account.ID) async throws -> Reach {
        let school = try await school(of: account)
        let names = try DraftText(draft, LocalActorURIs(origin: school.origin)).mentionNames()
        let mentioned = try await MentionLookup(database: database, directory: directory, school: school)
            .accounts(names, within: lookUpTime)
        let unknown = names.filter { mentioned[$0] == nil }.map(\.description)
        let (ids, now, addressed) = (ids, clock.now(), Array(Set(mentioned.values)))
        return try await database.read { db in
            guard let actor = try db.accounts.find(account) else { throw OutboxError.notAbleToAct }
            let action = Action(db: db, actor: actor, school: school, ids: ids, now: now)
            return try action.reach(of: draft, addressed: addressed, unknown: unknown)
        }
    }
}
