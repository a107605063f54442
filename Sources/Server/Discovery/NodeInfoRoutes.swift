import Domain
import HTTPTypes
public import Hummingbird
import Storage
import Synchronization
import Vocabulary

/// Tells what runs here.
///
/// Spec: NodeInfo 2.0 and 2.1.
public final class NodeInfoRoutes: Sendable {
    private let desk: FederationDesk
    private let version: String
    private let usage = Mutex<[School.ID: Usage]>([:])

    private struct Usage {
        let people: Int
        let posts: Int
        let countedAt: Timestamp
    }

    /// Answers by a desk, with the program's version.
    public init(desk: FederationDesk, version: String) {
        self.desk = desk
        self.version = version
    }

    /// Adds the routes.
    public func add(to router: Router<ServerContext>) {
        router.get(".well-known/nodeinfo") { _, context in try await self.links(context) }
        for schema in ["2.0", "2.1"] {
            router.get("nodeinfo/\(schema)") { _, context in try await self.document(schema, context) }
        }
        for path in [".well-known/nodeinfo", "nodeinfo/2.0", "nodeinfo/2.1"] {
            router.on(RouterPath(path), method: .options) { _, _ in OpenResponse.preflight() }
        }
    }

    private func links(_ context: ServerContext) async throws -> Response {
        let school = try await desk.school(context)
        let links = ["2.0", "2.1"].map { schema -> JSONValue in
            [
                "rel": .string("http://nodeinfo.diaspora.software/ns/schema/\(schema)"),
                "href": .string("\(school.origin)/nodeinfo/\(schema)"),
            ]
        }
        return OpenResponse.json(["links": .array(links)], type: "application/json")
    }

    private func document(_ schema: String, _ context: ServerContext) async throws -> Response {
        let school = try await desk.school(context)
        let usage = try await usage(of: school)
        let document: JSONObject = [
            "version": .string(schema),
            "software": ["name": "staffroom", "version": .string(version)],
            "protocols": ["activitypub"],
            "services": ["inbound": [], "outbound": []],
            "openRegistrations": false,
            "usage": [
                "users": ["total": .integer(Int64(usage.people))], "localPosts": .integer(Int64(usage.posts)),
            ],
            "metadata": ["nodeName": .string(school.name)],
        ]
        let type = "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/\(schema)#\""
        return OpenResponse.json(document, type: type)
    }

    /// The counts of a school, at most a minute old.
    private func usage(of school: School) async throws -> Usage {
        let now = desk.clock.now()
        if let known = usage.withLock({ $0[school.id] }), now - known.countedAt < .minutes(1) { return known }
        let counted = try await desk.database.read { db in
            Usage(
                people: try db.accounts.countPeople(of: school.id),
                posts: try db.posts.count(of: school.id),
                countedAt: now
            )
        }
        usage.withLock { $0[school.id] = counted }
        return counted
    }
}
