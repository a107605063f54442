import Domain
import HTTPTypes
public import Hummingbird
import Vocabulary

/// Tells what runs here.
///
/// Spec: NodeInfo 2.0 and 2.1.
public struct NodeInfoRoutes: Sendable {
    private let desk: FederationDesk
    private let version: String
    private let usage: SchoolUsage

    /// Answers by a desk, with the program's version.
    public init(desk: FederationDesk, version: String, usage: SchoolUsage) {
        self.desk = desk
        self.version = version
        self.usage = usage
    }

    /// Adds the routes.
    public func add(to router: Router<ServerContext>) {
        router.get(".well-known/nodeinfo") { _, context in try await links(context) }
        for schema in ["2.0", "2.1"] {
            router.get("nodeinfo/\(schema)") { _, context in try await document(schema, context) }
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
        let usage = try await usage.counts(of: school.id)
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
}
