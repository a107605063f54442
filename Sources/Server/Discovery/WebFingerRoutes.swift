import Domain
import HTTPTypes
public import Hummingbird
import NIOCore
import Storage
import Vocabulary

/// Answers WebFinger and host-meta: the way from a handle to an actor.
///
/// Spec: RFC 7033, RFC 6415.
public struct WebFingerRoutes: Sendable {
    let desk: FederationDesk

    /// Answers by a desk.
    public init(desk: FederationDesk) {
        self.desk = desk
    }

    /// Adds the routes.
    public func add(to router: Router<ServerContext>) {
        router.get(".well-known/webfinger") { request, context in try await webFinger(request, context) }
        router.get(".well-known/host-meta") { request, context in try await hostMeta(request, context) }
        router.get(".well-known/host-meta.json") { request, context in
            try await hostMetaJSON(request, context)
        }
        for path in ["webfinger", "host-meta", "host-meta.json"] {
            router.on(".well-known/\(path)", method: .options) { _, _ in OpenResponse.preflight() }
        }
    }

    private func webFinger(_ request: Request, _ context: ServerContext) async throws -> Response {
        let school = try await desk.school(context)
        let query = request.uri.queryParameters
        guard let resource = query["resource"].map(String.init), !resource.isEmpty,
            resource.utf8.count <= 2_048
        else {
            throw Self.problem(.badRequest, "The query needs a resource, such as acct:name@\(school.host).")
        }
        guard let subject = Subject(resource) else {
            throw Self.problem(.badRequest, "The resource is neither acct: nor an address of this server.")
        }
        let start = desk.clock.now() - Handle.keptAfterRename
        let account = try await desk.database.read { db in
            try subject.find(of: school, renamedSince: start, in: db)
        }
        guard let account, account.isActive else {
            throw Self.problem(.notFound, "There is no such account.")
        }
        let wanted = Set(query.filter { $0.key == "rel" }.map { String($0.value) })
        return OpenResponse.json(document(account, school, wanted), type: "application/jrd+json")
    }

    private func document(_ account: Account, _ school: School, _ wanted: Set<String>) -> JSONObject {
        var links: [JSONObject] = [
            ["rel": "self", "type": "application/activity+json", "href": .string(account.uri.description)]
        ]
        if let page = account.page {
            links.append([
                "rel": "http://webfinger.net/rel/profile-page", "type": "text/html",
                "href": .string(page.description),
            ])
        }
        if !wanted.isEmpty { links = links.filter { wanted.contains($0["rel"]?.string ?? "") } }
        return [
            "subject": .string("acct:\(account.handle)"),
            "aliases": .array(
                ([account.page, account.uri].compactMap { $0 }).map { .string($0.description) }
            ),
            "links": .array(links.map { .object($0) }),
        ]
    }

    private func hostMeta(_ request: Request, _ context: ServerContext) async throws -> Response {
        let school = try await desk.school(context)
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
              <Link rel="lrdd" type="application/jrd+json" template="\(school.origin)/.well-known/webfinger?resource={uri}"/>
            </XRD>

            """
        return OpenResponse.bytes(ByteBuffer(string: text), type: "application/xrd+xml; charset=utf-8")
    }

    /// The same as JSON.
    ///
    /// Spec: RFC 6415 appendix A.
    private func hostMetaJSON(_ request: Request, _ context: ServerContext) async throws -> Response {
        let school = try await desk.school(context)
        let link: JSONObject = [
            "rel": "lrdd", "type": "application/jrd+json",
            "template": .string("\(school.origin)/.well-known/webfinger?resource={uri}"),
        ]
        return OpenResponse.json(["links": [.object(link)]], type: "application/json")
    }

    private static func problem(_ status: HTTPResponse.Status, _ detail: String) -> Problem {
        Problem(status, detail: detail, headers: [.accessControlAllowOrigin: "*"])
    }

    /// Who is asked for.
    private enum Subject {
        case handle(Handle)
        case uri(URI)

        init?(_ resource: String) {
            if let handle = try? Handle(resource) {
                self = .handle(handle)
            } else if let uri = try? URI(resource) {
                self = .uri(uri)
            } else {
                return nil
            }
        }

        /// The account that is asked for; its old handle leads to one that was renamed since `start`.
        func find(of school: School, renamedSince start: Timestamp, in db: any SQLConnection) throws
            -> Account?
        {
            switch self {
            case .handle(let handle):
                guard handle.host == school.host else { return nil }
                if let account = try db.accounts.find(handle) { return account }
                // Names are lower case here; people type them as they like.
                guard let lowered = try? Handle(local: handle.name, host: handle.host) else { return nil }
                return try db.accounts.find(lowered) ?? db.formerHandles.account(lowered, since: start)
            case .uri(let uri):
                guard uri.origin == school.origin else { return nil }
                if uri.path == "/" {
                    return try db.accounts.find(uri: LocalActorURIs(origin: school.origin).schoolActor)
                }
                if let account = try db.accounts.find(uri: uri) {
                    return account.school == school.id ? account : nil
                }
                guard uri.path.hasPrefix("/@"),
                    let handle = try? Handle("\(uri.path.dropFirst(2))@\(school.host)")
                else { return nil }
                return try db.accounts.find(handle) ?? db.formerHandles.account(handle, since: start)
            }
        }
    }
}

/// Responses that any page of the web may read.
enum OpenResponse {
    static func json(_ document: JSONObject, type: String) -> Response {
        bytes(ByteBuffer(bytes: JSONWriter.write(.object(document))), type: type)
    }

    static func bytes(_ bytes: ByteBuffer, type: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: type, .accessControlAllowOrigin: "*", .cacheControl: "public, max-age=60",
            ],
            body: ResponseBody(byteBuffer: bytes)
        )
    }

    /// Answers a browser that asks whether it may ask.
    ///
    /// Spec: Fetch, CORS protocol.
    static func preflight() -> Response {
        Response(
            status: .noContent,
            headers: [
                .accessControlAllowOrigin: "*", .accessControlAllowMethods: "GET, HEAD, OPTIONS",
                .accessControlMaxAge: "86400",
            ]
        )
    }
}
