import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Peers
import Server
import Storage

/// What forms of one button do: liking, saving, pinning, deleting, finding, following, blocking.
///
/// Each answers with a page to go to.
struct WritingPages: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.post("posts/:id/vote") { try await vote($0, $1) }
        router.get("find") { try await find($0, $1) }
        post(router, "like") { try await $0.react(.like, to: $1, as: $2) }
        post(router, "unlike") { try await $0.undo(.like, of: $1, as: $2) }
        post(router, "boost") { try await $0.react(.boost, to: $1, as: $2) }
        post(router, "unboost") { try await $0.undo(.boost, of: $1, as: $2) }
        post(router, "delete") { try await $0.delete($1, as: $2) }
        post(router, "bookmark") { try await $0.bookmark($1, true, as: $2) }
        post(router, "unbookmark") { try await $0.bookmark($1, false, as: $2) }
        post(router, "mute") { try await $0.muteConversation(of: $1, true, as: $2) }
        post(router, "unmute") { try await $0.muteConversation(of: $1, false, as: $2) }
        post(router, "pin") { try await $0.pin($1, as: $2) }
        post(router, "unpin") { try await $0.unpin($1, as: $2) }
        person(router, "block") { try await $0.block($1, as: $2) }
        person(router, "unblock") { try await $0.unblock($1, as: $2) }
        person(router, "unmute") { try await $0.unmute($1, as: $2) }
        person(router, "follow") { _ = try await $0.follow($1, as: $2) }
        person(router, "unfollow") { try await $0.unfollow($1, as: $2) }
        person(router, "accept") { try await $0.answerFollow(of: $1, accepts: true, as: $2) }
        person(router, "reject") { try await $0.answerFollow(of: $1, accepts: false, as: $2) }
    }

    private func vote(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (person, _, fields) = try await desk.form(request, context)
        guard let id = context.parameters.get("id").flatMap({ Post.ID($0) }) else { throw Problem(.notFound) }
        let choices = fields.all.filter { $0.name == "choice" }.prefix(100).map { Int($0.value) ?? -1 }
        try await desk.publisher.vote(in: id, for: Array(choices), as: person.account.id)
        return Page.redirect("/posts/\(id)")
    }

    /// Finds somebody by handle, here or at their home.
    private func find(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard visit.person != nil else { return Page.redirect("/sign-in") }
        let text = FormFields(request.uri.query ?? "")["who"] ?? ""
        let bare = text.hasPrefix("@") ? String(text.dropFirst()) : text
        guard let handle = try? Handle(bare.contains("@") ? bare : "\(bare)@\(visit.school.host)") else {
            throw Problem(
                .unprocessableContent,
                detail: "Write the name as name@staff.school.example, or just the name of a colleague here."
            )
        }
        let account = try await desk.directory.account(handle, for: visit.school)
        return Page.redirect("/people/\(account.id)")
    }

    private func post(
        _ router: RouterGroup<ServerContext>,
        _ verb: String,
        _ body: @escaping @Sendable (Publisher, Post.ID, Account.ID) async throws -> Void
    ) {
        desk.act(router, "posts/:id/\(verb)", to: { verb == "delete" ? "/home" : "/posts/\($0)" }) {
            (form: RowForm<Post>) in
            try await body(desk.publisher, form.id, form.account)
        }
    }

    private func person(
        _ router: RouterGroup<ServerContext>,
        _ verb: String,
        _ body: @escaping @Sendable (Publisher, Account.ID, Account.ID) async throws -> Void
    ) {
        desk.act(router, "people/:id/\(verb)", to: { "/people/\($0)" }) { (form: RowForm<Account>) in
            try await body(desk.publisher, form.id, form.account)
        }
    }
}
