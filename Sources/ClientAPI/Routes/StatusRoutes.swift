import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Posts: writing, reading, editing, deleting, liking, boosting.
struct StatusRoutes: Sendable {
    let desk: ClientDesk
    let idempotency: IdempotentPosts

    func add(to api: RouterGroup<ServerContext>) {
        api.post("v1/statuses") { try await publish($0, $1) }
        api.post("staffroom/v1/statuses/reach") { try await reach($0, $1) }
        api.get("v1/statuses/:id") { try await show($0, $1) }
        api.put("v1/statuses/:id") { try await edit($0, $1) }
        api.delete("v1/statuses/:id") { try await delete($0, $1) }
        api.get("v1/statuses/:id/context") { try await thread($0, $1) }
        api.get("v1/statuses/:id/source") { try await source($0, $1) }
        api.get("v1/statuses/:id/history") { try await history($0, $1) }
        api.get("staffroom/v1/statuses/:id/deliveries") { try await deliveries($0, $1) }
        api.post("staffroom/v1/statuses/:id/deliveries/retry") { try await retry($0, $1) }
        reaction(api, "favourite") { try await $0.react(.like, to: $1, as: $2) }
        reaction(api, "unfavourite") { try await $0.undo(.like, of: $1, as: $2) }
        reaction(api, "reblog") { try await $0.react(.boost, to: $1, as: $2) }
        reaction(api, "unreblog") { try await $0.undo(.boost, of: $1, as: $2) }
        reaction(api, "pin") { try await $0.pin($1, as: $2) }
        reaction(api, "unpin") { try await $0.unpin($1, as: $2) }
    }

    private func publish(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        let parameters = StatusParameters(try await Parameters(request, context))
        let (draft, time) = (try parameters.newDraft(), try parameters.scheduledAt())
        let account = caller.account.id
        let key = request.headers[.idempotencyKey]
        let written = try await idempotency.write(key, for: [time: draft], by: account) {
            guard let time else { return .post(try await desk.publisher.publish(draft, as: account).id) }
            return .saved(try await desk.publisher.schedule(draft, at: time, as: account))
        }
        switch written {
        case .post(let id): return try await show(id, caller)
        case .saved(let saved):
            let entity = try await desk.database.read { db in
                try DraftEntity(school: caller.school, db: db).scheduled(saved)
            }
            return ClientResponse.json(.object(entity))
        }
    }

    /// Whom a post would reach: takes what publishing takes, and writes nothing.
    private func reach(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        let draft = try StatusParameters(try await Parameters(request, context)).newDraft()
        let reach = try await desk.publisher.reach(of: draft, as: caller.account.id)
        return ClientResponse.json(ReachEntity.make(reach, draft.audience))
    }

    private func edit(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        let id = try context.postID()
        let parameters = try await Parameters(request, context)
        let post = try await own(id, of: caller)
        // What only our clients know stays when it is not said; the rest is as in Mastodon.
        var draft = try StatusParameters(parameters).draft(from: PostDraft(editing: post))
        draft.isLocalOnly = post.isLocalOnly
        _ = try await desk.publisher.edit(id, draft, as: caller.account.id)
        return try await show(id, caller)
    }

    /// A post of the caller's own that stands.
    private func own(_ id: Post.ID, of caller: Caller) async throws -> Post {
        let post = try await desk.database.read { try $0.posts.find(id) }
        guard let post, post.author == caller.account.id, post.deletedAt == nil else {
            // Who may see somebody else's post is told that it is not theirs.
            if let post, try await desk.database.read({ try $0.sights.canSee(caller.viewer, post) }) {
                throw OutboxError.notYourPost
            }
            throw Problem(.notFound, detail: "Record not found")
        }
        return post
    }

    private func delete(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        let id = try context.postID()
        // Clients offer to write it anew, so they get what it said.
        let (entity, text) = try await desk.database.read { db in
            try find(id, caller.viewer, caller.school, in: db)
        }
        try await desk.publisher.delete(id, as: caller.account.id)
        var deleted = entity
        deleted["text"] = .string(text)
        return ClientResponse.json(.object(deleted))
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:statuses")
        let id = try context.postID()
        let (entity, _) = try await desk.database.read { try find(id, anyone.viewer, anyone.school, in: $0) }
        return ClientResponse.json(.object(entity))
    }

    private func source(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:statuses")
        let id = try context.postID()
        let post = try await desk.database.read { try $0.posts.find(id) }
        guard let post, post.author == caller.account.id, post.deletedAt == nil else {
            throw Problem(.notFound, detail: "Record not found")
        }
        return ClientResponse.json(.object(StatusSourceEntity.make(post)))
    }

    /// What a post said before, and says now, for whoever may see it.
    private func history(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:statuses")
        let id = try context.postID()
        let (shown, versions) = try await desk.database.read { db -> (PresentedPost, [PostVersion]) in
            guard let post = try db.posts.find(id), try db.sights.canSee(anyone.viewer, post),
                let shown = try db.presenter.present([post], to: anyone.viewer).first
            else { throw Problem(.notFound, detail: "Record not found") }
            return (shown, try db.postVersions.find(of: id))
        }
        return ClientResponse.json(.array(StatusEditEntity(school: anyone.school).make(shown, versions)))
    }

    /// Where one's own post went; of anybody else's there is nothing to see.
    private func deliveries(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:statuses")
        return try await deliveries(of: try context.postID(), caller)
    }

    /// Sends one's own post once more to where it did not arrive, and says where it goes.
    private func retry(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        let id = try context.postID()
        let host = try await Parameters(request, context).text("host").map { text in
            guard let host = try? Host(text) else {
                throw Problem(.unprocessableContent, detail: "host is no host")
            }
            return host
        }
        _ = try await desk.publisher.retryDeliveries(of: id, to: host, as: caller.account.id)
        return try await deliveries(of: id, caller)
    }

    private func deliveries(of id: Post.ID, _ caller: Caller) async throws -> Response {
        let lines = try await desk.database.read { db -> [PostDeliveriesView.Line] in
            guard let post = try db.posts.find(id), post.author == caller.account.id, post.deletedAt == nil
            else { throw Problem(.notFound, detail: "Record not found") }
            return try db.postDeliveries.lines(of: id, by: post.author)
        }
        return ClientResponse.json(.array(lines.map(DeliveryEntity.make)))
    }

    private func thread(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:statuses")
        let id = try context.postID()
        let now = desk.clock.now()
        let (thread, ancestors, descendants) = try await desk.database.read { db in
            guard let thread = try db.threads.thread(of: id, for: anyone.viewer) else {
                throw Problem(.notFound, detail: "Record not found")
            }
            let filtering = db.filtering
            return (
                thread,
                try filtering.filtered(thread.ancestors, for: anyone.viewer, in: .thread, now: now),
                try filtering.filtered(thread.descendants, for: anyone.viewer, in: .thread, now: now)
            )
        }
        try await desk.publisher.fetchMissing(in: thread, for: anyone.viewer)
        let entity = StatusEntity(school: anyone.school)
        return ClientResponse.json([
            "ancestors": .array(ancestors.map { .object(entity.make($0)) }),
            "descendants": .array(descendants.map { .object(entity.make($0)) }),
            "staffroom_gaps": .array(thread.gaps.map(GapEntity.make)),
        ])
    }

    private func reaction(
        _ api: RouterGroup<ServerContext>,
        _ name: String,
        _ body: @escaping @Sendable (Publisher, Post.ID, Account.ID) async throws -> Void
    ) {
        let scope =
            name.hasSuffix("favourite")
            ? "write:favourites" : name.hasSuffix("pin") ? "write:accounts" : "write:statuses"
        api.post("v1/statuses/:id/\(name)") { request, context in
            let caller = try await desk.caller(request, context, scope)
            let id = try context.postID()
            try await body(desk.publisher, id, caller.account.id)
            return try await show(id, caller)
        }
    }

    private func show(_ id: Post.ID, _ caller: Caller) async throws -> Response {
        let (entity, _) = try await desk.database.read { try find(id, caller.viewer, caller.school, in: $0) }
        return ClientResponse.json(.object(entity))
    }

    private func find(
        _ id: Post.ID,
        _ viewer: Viewer,
        _ school: School,
        in db: any SQLConnection
    ) throws -> (JSONObject, String) {
        guard let post = try db.posts.find(id), try db.sights.canSee(viewer, post) else {
            throw Problem(.notFound, detail: "Record not found")
        }
        let posts = try db.presenter.present([post], to: viewer)
        // Who asks for one post gets it, with the filters that match it.
        guard let shown = try db.filtering.filtered(posts, for: viewer, in: nil, now: desk.clock.now()).first
        else { throw Problem(.notFound, detail: "Record not found") }
        return (StatusEntity(school: school).make(shown), post.body.text)
    }
}

extension ServerContext {
    /// The post id in the path.
    ///
    /// - Throws: `Problem` with status 404.
    func postID() throws -> Post.ID {
        guard let id = parameters.get("id").flatMap({ Post.ID($0) }) else {
            throw Problem(.notFound, detail: "Record not found")
        }
        return id
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .eTag
}
