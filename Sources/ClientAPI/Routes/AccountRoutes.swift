import Domain
import HTTPTypes
import Hummingbird
import Media
import Outbox
import Peers
import Server
import Storage
import Vocabulary

/// Accounts and who follows whom.
struct AccountRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/accounts/verify_credentials") { try await own($0, $1) }
        api.patch("v1/accounts/update_credentials") { try await update($0, $1) }
        api.delete("v1/profile/avatar") { try await remove(.avatar, $0, $1) }
        api.delete("v1/profile/header") { try await remove(.header, $0, $1) }
        api.get("v1/accounts/search") { try await SearchRoutes(desk: desk).accounts($0, $1) }
        api.get("v1/accounts/lookup") { try await lookUp($0, $1) }
        api.get("v1/accounts/relationships") { try await relationships($0, $1) }
        api.get("v1/accounts/:id") { try await show($0, $1) }
        api.get("v1/accounts/:id/statuses") { try await posts($0, $1) }
        api.get("v1/accounts/:id/followers") { try await follows(.followers, $0, $1) }
        api.get("v1/accounts/:id/following") { try await follows(.following, $0, $1) }
        api.post("v1/accounts/:id/follow") { request, context in
            try await change(request, context) { caller, other in
                let parameters = try await Parameters(request, context)
                _ = try await desk.publisher.follow(
                    other,
                    showsBoosts: parameters.flag("reblogs"),
                    notifies: parameters.flag("notify"),
                    as: caller
                )
            }
        }
        api.post("v1/accounts/:id/unfollow") { request, context in
            try await change(request, context) { try await desk.publisher.unfollow($1, as: $0) }
        }
    }

    private func own(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:accounts", "profile")
        return try await own(caller)
    }

    private func own(_ caller: Caller) async throws -> Response {
        let account = caller.account
        let (counts, requests, moved) = try await desk.database.read { db in
            (
                try db.profiles.counts(of: account.id), try db.follows.countRequests(to: account.id),
                try db.moves.target(of: account.id)
            )
        }
        let entity = AccountEntity(school: caller.school)
            .makeOwn(account, counts, requests: requests, moved: moved)
        return ClientResponse.json(.object(entity))
    }

    private func update(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:accounts")
        guard MultipartForm.isBody(of: request) else {
            return try await update(try await Parameters(request, context), [:], caller)
        }
        let (account, media) = (caller.account.id, desk.media)
        return try await media.receive(for: account) { avatar in
            try await media.receive(for: account) { header in
                let form = try await MultipartForm.read(
                    request,
                    limit: media.limits.imageBytes * 2 + (1 << 19)
                ) {
                    name,
                    bytes in
                    switch name {
                    case "avatar": try await avatar.write(bytes)
                    case "header": try await header.write(bytes)
                    default: break
                    }
                }
                var portraits: [Upload.Portrait: Upload.ID] = [:]
                for (portrait, file) in [(Upload.Portrait.avatar, avatar), (.header, header)]
                where file.count > 0 {
                    portraits[portrait] = try await media.add(file, for: account, as: portrait).id
                }
                return try await update(Parameters(form), portraits, caller)
            }
        }
    }

    private func update(
        _ parameters: Parameters,
        _ portraits: [Upload.Portrait: Upload.ID],
        _ caller: Caller
    ) async throws -> Response {
        let changed = try await desk.publisher.updateProfile(
            displayName: parameters.text("display_name"),
            biography: parameters.text("note"),
            approvesFollowers: parameters.flag("locked"),
            portraits: portraits,
            as: caller.account.id
        )
        return try await own(Caller(account: changed, school: caller.school))
    }

    private func remove(_ portrait: Upload.Portrait, _ request: Request, _ context: ServerContext)
        async throws
        -> Response
    {
        let caller = try await desk.caller(request, context, "write:accounts")
        let changed = try await desk.publisher.removePortrait(portrait, as: caller.account.id)
        return try await own(Caller(account: changed, school: caller.school))
    }

    /// A handle that is known here; nothing is fetched for it.
    private func lookUp(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:accounts")
        let name = try await Parameters(request, context).text("acct") ?? ""
        let full =
            name.dropFirst(name.hasPrefix("@") ? 1 : 0).contains("@") ? name : "\(name)@\(anyone.school.host)"
        guard let handle = try? Handle(full) else { throw Problem(.notFound, detail: "Record not found") }
        let account = try await desk.database.read { try $0.accounts.find(handle) }
        return try await show(account, anyone)
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:accounts")
        let id = try context.accountID()
        return try await show(try await desk.database.read { try $0.accounts.find(id) }, anyone)
    }

    private func show(_ account: Account?, _ anyone: Anyone) async throws -> Response {
        let account = try ClientDesk.shown(account, to: anyone)
        let (counts, moved) = try await desk.database.read { db in
            (try db.profiles.counts(of: account.id), try db.moves.target(of: account.id))
        }
        let entity = AccountEntity(school: anyone.school).make(account, counts, moved: moved)
        return ClientResponse.json(.object(entity))
    }

    private func posts(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:statuses")
        let id = try context.accountID()
        let parameters = try await Parameters(request, context)
        let before = try parameters.id("max_id").map { Post.ID(rawValue: $0) }
        let limit = parameters.limit()
        if parameters.flag("pinned") == true { return try await pinned(by: id, anyone) }
        let withReplies = parameters.flag("exclude_replies") != true
        return try await desk.timeline(request, for: anyone.viewer, of: anyone.school, in: .account) { db in
            try db.profiles.posts(
                of: id,
                for: anyone.viewer,
                before: before,
                withReplies: withReplies,
                limit: limit
            )
        }
    }

    private func pinned(by account: Account.ID, _ anyone: Anyone) async throws -> Response {
        let posts = try await desk.database.read { db in
            let posts = try db.profiles.pinned(by: account, for: anyone.viewer)
            return try db.presenter.present(posts, to: anyone.viewer)
        }
        let entity = StatusEntity(school: anyone.school)
        return ClientResponse.json(.array(posts.map { .object(entity.make($0)) }))
    }

    private func follows(_ side: FollowStore.Side, _ request: Request, _ context: ServerContext) async throws
        -> Response
    {
        let caller = try await desk.caller(request, context, "read:accounts")
        let id = try context.accountID()
        let parameters = try await Parameters(request, context)
        let before = try parameters.id("max_id").map { Follow.ID(rawValue: $0) }
        let limit = parameters.limit()
        let (follows, people) = try await desk.database.read { db -> ([Follow], [Account]) in
            let follows = try db.follows.page(side, of: id, before: before, limit: limit)
            // Whom the account blocks learns nothing; whom the caller does not want to meet is left out.
            if try db.blocks.find(blocker: id, blocked: caller.account.id) != nil { return ([], []) }
            let others = follows.map { side == .followers ? $0.follower : $0.followed }
            let found = try db.accounts.find(others)
            let people = others.compactMap { found[$0] }.filter(\.isActive)
            return (follows, try db.blocks.withoutParted(people, from: caller.account.id))
        }
        let entity = AccountEntity(school: caller.school)
        return ClientResponse.page(
            people.map { .object(entity.make($0)) },
            first: follows.first?.id.rawValue,
            last: follows.last?.id.rawValue,
            of: caller.school,
            request
        )
    }

    private func relationships(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:follows")
        let ids = try await Parameters(request, context).texts("id").prefix(40).compactMap { Account.ID($0) }
        let relationships = try await desk.database.read { db in
            try ids.map { try RelationshipEntity.make(of: caller.account.id, to: $0, in: db) }
        }
        return ClientResponse.json(.array(relationships.map { .object($0) }))
    }

    private func change(
        _ request: Request,
        _ context: ServerContext,
        _ body: (_ caller: Account.ID, _ other: Account.ID) async throws -> Void
    ) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:follows")
        let other = try context.accountID()
        try await body(caller.account.id, other)
        return try await desk.relationship(of: caller, to: other)
    }
}

extension ServerContext {
    /// The account id in the path.
    ///
    /// - Throws: `Problem` with status 404.
    func accountID() throws -> Account.ID {
        guard let id = parameters.get("id").flatMap({ Account.ID($0) }) else {
            throw Problem(.notFound, detail: "Record not found")
        }
        return id
    }
}
