import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Answering posts with emoji.
///
/// Reference: Pleroma's API, "Emoji Reactions".
struct EmojiReactionRoutes: Sendable {
    /// The most accounts that are listed for one emoji.
    private static let maximumAccounts = 40

    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/pleroma/statuses/:id/reactions") { try await list($0, $1) }
        api.put("v1/pleroma/statuses/:id/reactions/:emoji") { request, context in
            try await change(request, context) { try await desk.publisher.react(with: $0, to: $1, as: $2) }
        }
        api.delete("v1/pleroma/statuses/:id/reactions/:emoji") { request, context in
            try await change(request, context) {
                try await desk.publisher.undoReaction(with: $0, to: $1, as: $2)
            }
        }
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:statuses")
        let id = try context.postID()
        let entity = AccountEntity(school: anyone.school)
        let entities = try await desk.database.read { db -> [JSONValue] in
            guard let post = try db.posts.find(id), try db.sights.canSee(anyone.viewer, post) else {
                throw Problem(.notFound, detail: "Record not found")
            }
            let lines = try db.reactions.emojis(of: [id], for: anyone.viewer.account)[id] ?? []
            return try lines.map { line in
                let accounts = try db.reactions.accounts(
                    answering: id,
                    with: line.emoji,
                    limit: Self.maximumAccounts
                )
                return EmojiReactionEntity.make(
                    line,
                    at: anyone.school,
                    by: accounts.map { entity.make($0) }
                )
            }
        }
        return ClientResponse.json(.array(entities))
    }

    private func change(
        _ request: Request,
        _ context: ServerContext,
        _ body: (_ emoji: String, _ post: Post.ID, _ caller: Account.ID) async throws -> Void
    ) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        let id = try context.postID()
        guard let written = context.parameters.get("emoji"), written.utf8.count <= 1_024,
            let emoji = FormFields("emoji=\(written)").all.first?.value
        else { throw Problem(.notFound, detail: "Record not found") }
        try await body(emoji, id, caller.account.id)
        let status = try await desk.database.read { db -> JSONObject in
            guard let post = try db.posts.find(id), try db.sights.canSee(caller.viewer, post),
                let shown = try db.presenter.present([post], to: caller.viewer).first
            else { throw Problem(.notFound, detail: "Record not found") }
            return StatusEntity(school: caller.school).make(shown)
        }
        return ClientResponse.json(.object(status))
    }
}
