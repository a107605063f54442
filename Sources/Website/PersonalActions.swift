import Access
import Domain
import Hummingbird
import Outbox
import Server

/// What forms do that need more than one button: answering with an emoji, muting for a while, putting in lists.
struct PersonalActions: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.post("posts/:id/react") { try await react($0, $1) }
        person(router, "mute") { publisher, other, fields, account in
            let seconds = fields["length"].flatMap { Int64($0) } ?? 0
            try await publisher.mute(
                other,
                hidesNotices: fields["notices"] != nil,
                for: seconds > 0 ? .seconds(seconds) : nil,
                as: account
            )
        }
        person(router, "list") { try await $0.add([$1], to: try $2.list(), as: $3) }
        person(router, "unlist") { try await $0.remove([$1], from: try $2.list(), as: $3) }
    }

    /// Answers a post with an emoji, or takes one back.
    private func react(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (person, _, fields) = try await desk.form(request, context)
        guard let id = context.parameters.get("id").flatMap({ Post.ID($0) }) else { throw Problem(.notFound) }
        if let emoji = fields["undo"] {
            try await desk.publisher.undoReaction(with: emoji, to: id, as: person.account.id)
        } else {
            let emoji = (fields["emoji"] ?? "").split(separator: " ").joined()
            try await desk.publisher.react(with: emoji, to: id, as: person.account.id)
        }
        return Page.redirect("/posts/\(id)")
    }

    private func person(
        _ router: RouterGroup<ServerContext>,
        _ verb: String,
        _ body: @escaping @Sendable (Publisher, Account.ID, FormFields, Account.ID) async throws -> Void
    ) {
        router.post("people/:id/\(verb)") { request, context in
            let (person, _, fields) = try await desk.form(request, context)
            guard let id = context.parameters.get("id").flatMap({ Account.ID($0) }) else {
                throw Problem(.notFound)
            }
            try await body(desk.publisher, id, fields, person.account.id)
            return Page.redirect("/people/\(id)")
        }
    }
}

extension FormFields {
    /// The list that a form names.
    ///
    /// - Throws: `Problem` with status 404.
    fileprivate func list() throws -> AccountList.ID {
        guard let id = self["list"].flatMap({ AccountList.ID($0) }) else { throw Problem(.notFound) }
        return id
    }
}
