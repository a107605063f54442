public import Domain
import Storage

/// What an account does with its lists.
extension Publisher {
    /// Makes a list.
    ///
    /// - Throws: `OutboxError.badText` for a title of none or more than 256 characters, `tooMany` above 50 lists;
    ///   `StorageError`.
    public func addList(
        _ title: String,
        _ replies: AccountList.RepliesPolicy = .list,
        isExclusive: Bool = false,
        as account: Account.ID
    ) async throws -> AccountList {
        try await act(as: account, "add-list") { action in
            let title = try Action.checked(listTitle: title)
            guard try action.db.accountLists.all(of: action.actor.id).count < 50 else {
                throw OutboxError.tooMany("lists")
            }
            let list = AccountList(
                id: action.ids.next(),
                account: action.actor.id,
                title: title,
                replies: replies,
                isExclusive: isExclusive
            )
            try action.db.accountLists.insert(list)
            return list
        }
    }

    /// Changes a list; nil leaves what it is.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func changeList(
        _ id: AccountList.ID,
        title: String? = nil,
        _ replies: AccountList.RepliesPolicy? = nil,
        isExclusive: Bool? = nil,
        as account: Account.ID
    ) async throws -> AccountList {
        try await act(as: account, "change-list") { action in
            var list = try action.ownList(id)
            if let title { list.title = try Action.checked(listTitle: title) }
            if let replies { list.replies = replies }
            if let isExclusive { list.isExclusive = isExclusive }
            try action.db.accountLists.update(list)
            return list
        }
    }

    /// Removes a list.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func removeList(_ id: AccountList.ID, as account: Account.ID) async throws {
        try await act(as: account, "remove-list") { action in
            try action.db.accountLists.remove(try action.ownList(id).id)
        }
    }

    /// Adds some whom the account follows to a list: all of them or, when one cannot be, none.
    ///
    /// - Throws: `OutboxError.noSuchAccount` for who is not followed, `pointless` for who is in it already, `tooMany` above
    ///   500 members; `StorageError`.
    public func add(_ members: [Account.ID], to id: AccountList.ID, as account: Account.ID) async throws {
        try await act(as: account, "add-to-list") { action in
            let list = try action.ownList(id)
            let followed = try action.db.follows.followed(by: action.actor.id, among: Set(members))
            guard members.allSatisfy({ followed.contains($0) || $0 == action.actor.id }) else {
                throw OutboxError.noSuchAccount
            }
            guard try action.db.accountLists.countMembers(of: list.id) + members.count <= 500 else {
                throw OutboxError.tooMany("accounts in the list")
            }
            for member in members {
                guard try action.db.accountLists.add(member, to: list.id) else {
                    throw OutboxError.pointless(reason: "the account is in the list already")
                }
            }
        }
    }

    /// Takes accounts out of a list.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func remove(_ members: [Account.ID], from id: AccountList.ID, as account: Account.ID) async throws
    {
        try await act(as: account, "remove-from-list") { action in
            let list = try action.ownList(id)
            for member in members { try action.db.accountLists.remove(member, from: list.id) }
        }
    }
}

extension Action {
    static func checked(listTitle title: String) throws -> String {
        guard !title.allSatisfy(\.isWhitespace) else {
            throw OutboxError.badText(reason: "the title cannot be blank")
        }
        guard title.unicodeScalars.count <= 256 else {
            throw OutboxError.badText(reason: "the title is too long")
        }
        return title
    }

    func ownList(_ id: AccountList.ID) throws -> AccountList {
        guard let list = try db.accountLists.find(id, of: actor.id) else {
            throw OutboxError.noSuchThing("list")
        }
        return list
    }
}
