import Access
import Domain
import Hummingbird
import Outbox
import Server
import Storage

/// What authors do about posts of theirs that did not arrive.
struct DeliveryPages: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.post("posts/:id/deliveries/retry") { request, context in
            let (person, _, fields) = try await desk.form(request, context)
            guard let id = context.parameters.get("id").flatMap({ Post.ID($0) }) else {
                throw Problem(.notFound)
            }
            let host = try fields["host"].map { text in
                guard let host = try? Host(text) else { throw Problem(.unprocessableContent) }
                return host
            }
            _ = try await desk.publisher.retryDeliveries(of: id, to: host, as: person.account.id)
            return Page.redirect("/posts/\(id)#where")
        }
    }
}
