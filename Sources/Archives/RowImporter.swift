import Content
import Domain
import Outbox
import Peers
import Storage

/// Does what one row of an import asks for: follows, blocks, mutes or lists somebody, bookmarks a post, follows a
/// hashtag.
///
/// Each is done as its owner would do it, with the same rules: a school that exchanges nothing with a host follows
/// nobody there.
struct RowImporter {
    /// How often a row is tried that gets no answer.
    private static let tries = 5

    let database: any SQLDatabase
    let publisher: Publisher
    let directory: PeerDirectory
    let account: Account
    let school: School

    /// What became of a row.
    enum Outcome: Sendable, Equatable {
        case done
        /// It is so already.
        case known
        case refused(reason: String)
        /// To be tried again after a time.
        case later(Span)
    }

    /// Does it.
    ///
    /// - Throws: `StorageError`.
    func perform(_ row: ImportRow) async throws -> Outcome {
        do {
            return try await attempt(row)
        } catch let error as StorageError {
            throw error
        } catch let error as OutboxError {
            return .refused(reason: error.description)
        } catch let error as NameError {
            return .refused(reason: error.description)
        } catch let error as FetchError {
            return refusal(row, error.isTransient, error.personText)
        } catch let error as PostRefusal {
            return refusal(row, error.isTransient, error.personText)
        } catch let error as ActorError {
            return .refused(reason: error.personText)
        }
    }

    private func refusal(_ row: ImportRow, _ isTransient: Bool, _ reason: String) -> Outcome {
        guard isTransient, row.tries < Self.tries - 1 else { return .refused(reason: reason) }
        // 10 minutes, 40, 160, ...
        return .later(.minutes(10 << Int64(2 * min(max(row.tries, 0), 4))))
    }

    private func attempt(_ row: ImportRow) async throws -> Outcome {
        let me = account.id
        switch row.kind {
        case .archive: return .refused(reason: "it is no row")
        case .follows: return try await follow(row)
        case .blocks:
            let other = try await find(row.subject)
            if try await database.read({ try $0.blocks.find(blocker: me, blocked: other.id) }) != nil {
                return .known
            }
            try await publisher.block(other.id, as: me)
        case .mutes:
            let other = try await find(row.subject)
            if try await database.read({ try $0.mutes.find(of: other.id, by: me) }) != nil { return .known }
            let hides = !words(row).contains(ImportDetail.withNotices)
            try await publisher.mute(other.id, hidesNotices: hides, as: me)
        case .lists: return try await list(row)
        case .bookmarks: return try await bookmark(row)
        case .hashtags:
            guard let tag = Hashtag(row.subject) else { return .refused(reason: "it is no hashtag") }
            let known = try await database.read { try $0.hashtags.followed(by: me, among: [tag.name]) }
            if !known.isEmpty { return .known }
            try await publisher.followHashtag(tag.name, as: me)
        }
        return .done
    }

    private func words(_ row: ImportRow) -> [String] { row.detail.split(separator: " ").map(String.init) }

    private func handle(_ text: String) throws -> Handle {
        let bare = text.hasPrefix("@") ? text.dropFirst() : text[...]
        return try Handle(bare.contains("@") ? String(bare) : "\(bare)@\(school.host)")
    }

    private func find(_ text: String) async throws -> Account {
        try await directory.account(try handle(text), for: school)
    }

    private func follow(_ row: ImportRow) async throws -> Outcome {
        let (me, other) = (account.id, try await find(row.subject))
        if try await database.read({ try $0.follows.find(follower: me, followed: other.id) }) != nil {
            return .known
        }
        let words = words(row)
        _ = try await publisher.follow(
            other.id,
            showsBoosts: words.contains(ImportDetail.withoutBoosts) ? false : nil,
            notifies: words.contains(ImportDetail.notifies) ? true : nil,
            as: me
        )
        return .done
    }

    /// Members are those whom the account follows: who has not answered yet is waited for.
    private func list(_ row: ImportRow) async throws -> Outcome {
        let (me, handle) = (account.id, try handle(row.subject))
        let (member, follow, lists) = try await database.read { db in
            let member = try db.accounts.find(handle) ?? db.formerHandles.account(handle)
            return (
                member, try member.flatMap { try db.follows.find(follower: me, followed: $0.id) },
                try db.accountLists.all(of: me)
            )
        }
        guard let member, follow?.state == .accepted || member.id == me else {
            return refusal(row, true, "you do not follow them, or they have not answered")
        }
        let list: AccountList
        if let known = lists.first(where: { $0.title == row.detail }) {
            list = known
        } else {
            list = try await publisher.addList(row.detail, as: me)
        }
        do {
            try await publisher.add([member.id], to: list.id, as: me)
        } catch OutboxError.pointless {
            return .known
        }
        return .done
    }

    private func bookmark(_ row: ImportRow) async throws -> Outcome {
        let (me, address) = (account.id, try URI(row.subject))
        let own = try await database.read { try $0.imports.post(address.description, of: me) }
        var post = own
        if post == nil, case .post(let found) = try await directory.resolver.resolve(address, for: school) {
            post = found
        }
        guard let post else { return .refused(reason: "What is at that address is no post.") }
        if try await database.read({ try $0.bookmarks.own(of: me, among: [post]) }).contains(post) {
            return .known
        }
        try await publisher.bookmark(post, true, as: me)
        return .done
    }
}
