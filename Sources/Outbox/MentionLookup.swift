import Content
import Domain
import Peers
import Storage

/// Finds the accounts behind the mentions of a text, side by side and not for long.
struct MentionLookup {
    /// How many people whom this instance has never met are looked for in one text.
    private static let strangers = 20

    let database: any SQLDatabase
    let directory: PeerDirectory
    let school: School

    /// The accounts, by the mention as it was written; whoever is not found in time is left out.
    ///
    /// - Throws: `StorageError`.
    func accounts(_ names: [MentionName], within time: Duration) async throws -> [MentionName: Account] {
        let handles = names.compactMap { name in Handle(mention: name, at: school.host).map { (name, $0) } }
        if handles.isEmpty { return [:] }
        let known = try await database.read { db in
            try handles.filter { try db.accounts.find($0.1) != nil }.map(\.0)
        }
        var room = Self.strangers
        let sought = handles.filter { name, _ in
            if known.contains(name) { return true }
            room -= 1
            return room >= 0
        }
        return await search(sought, within: time)
    }

    private func search(_ sought: [(MentionName, Handle)], within time: Duration) async -> [MentionName:
        Account]
    {
        await withTaskGroup(of: (MentionName, Account?)?.self) { group in
            for (name, handle) in sought {
                group.addTask { (name, try? await directory.account(handle, for: school)) }
            }
            group.addTask {
                try? await Task.sleep(for: time)
                return nil
            }
            var found: [MentionName: Account] = [:]
            var left = sought.count
            while left > 0, let answer = await group.next(), let (name, account) = answer {
                found[name] = account
                left -= 1
            }
            group.cancelAll()
            return found
        }
    }
}

extension Handle {
    /// A bare name is one of the school's own.
    init?(mention: MentionName, at host: Host) {
        guard let handle = try? Handle("\(mention.name)@\(mention.host ?? host.description)") else {
            return nil
        }
        self = handle
    }
}
