import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// How far somebody has read, and what they prefer.
///
/// Reference: Mastodon's API, methods "markers" and "preferences".
struct MarkerRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/markers") { request, context in
            let caller = try await desk.caller(request, context, "read:statuses")
            let wanted = try await Parameters(request, context).texts("timeline")
            return try await marks(of: caller) { wanted.contains($0.rawValue) }
        }
        api.post("v1/markers") { try await set($0, $1) }
        api.get("v1/preferences") { request, context in
            _ = try await desk.caller(request, context, "read:accounts")
            // Nobody can set these here; apps read them before they write.
            return ClientResponse.json([
                "posting:default:visibility": "public", "posting:default:sensitive": false,
                "posting:default:language": nil, "posting:default:quote_policy": "public",
                "reading:expand:media": "default", "reading:expand:spoilers": false,
                "reading:autoplay:gifs": false,
            ])
        }
    }

    private func set(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        let parameters = try await Parameters(request, context)
        var marks: [ReadingMark.List: Int64] = [:]
        for list in ReadingMark.List.allCases {
            let name = "last_read_id"
            var inner = Parameters([])
            if let object = parameters.value(list.rawValue)?.object {
                inner = Parameters([(name, object[name] ?? "")])
            }
            guard let text = inner.text(name) ?? parameters.text("\(list.rawValue)[\(name)]") else {
                continue
            }
            guard let position = Int64(text), position >= 0 else {
                throw Problem(.unprocessableContent, detail: "last_read_id is no id")
            }
            marks[list] = position
        }
        try await desk.publisher.setMarks(marks, as: caller.account.id)
        let changed = marks
        return try await self.marks(of: caller) { changed[$0] != nil }
    }

    private func marks(of caller: Caller, _ isWanted: (ReadingMark.List) -> Bool) async throws -> Response {
        let marks = try await desk.database.read { try $0.readingMarks.all(of: caller.account.id) }
        var entity: JSONObject = [:]
        for mark in marks where isWanted(mark.list) {
            entity[mark.list.rawValue] = [
                "last_read_id": .string(mark.lastRead.description), "version": .integer(Int64(mark.version)),
                "updated_at": .string(WireDate.format(mark.updatedAt.milliseconds)),
            ]
        }
        return ClientResponse.json(.object(entity))
    }
}
