import Archives
import ClientAPI
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import Media
import NIOCore
import NIOEmbedded
import Outbox
import Peers
import Server
import TestKit
import Vocabulary
import Website

@testable import Access

/// A browser or an app before the routes of school.test, where ada and cleo are at home.
struct Visitor: Sendable {
    let instance: TestInstance
    let school: School
    let ada: Account
    let cleo: Account
    let door: FrontDoor
    let media: MediaLibrary
    let streams: StreamHub
    let archives: ArchiveDesk
    /// Every route that there is, as its method and its pattern.
    let routes: [(HTTPRequest.Method, String)]

    static let password = "a long walk to school"

    static func use(
        signIns: SignInLimiter? = nil,
        limiter: RateLimiter? = nil,
        reaching ranges: [AddressRange] = [],
        mediaLimits: MediaLimits = MediaLimits(),
        remoteLimits: RemoteMedia.Limits = RemoteMedia.Limits(),
        doctor: (any PartnerDoctor)? = nil,
        _ body: (Visitor) async throws -> Void
    ) async throws {
        try await TestInstance.use(reaching: ranges) { instance in
            let school = try await instance.addSchool("https://school.test")
            let ada = try await instance.addPerson("ada", at: school)
            let cleo = try await instance.addPerson("cleo", at: school)
            // Cheap: what a hash costs is not the matter here.
            let hasher = PasswordHasher(
                cost: PasswordHash.Cost(rounds: 1 << 10, blockSize: 8, parallelism: 1)
            )
            let hash = try await hasher.hash(password)
            for person in [ada, cleo] {
                try await instance.admin.setPassword(hash.description, of: person, by: "test")
            }
            let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let store = try MediaFolder(folder)
            let media = MediaLibrary(
                database: instance.database,
                store: store,
                limits: mediaLimits,
                ids: instance.ids,
                clock: instance.clock
            )
            let archives = ArchiveDesk(
                database: instance.database,
                store: store,
                media: media,
                publisher: instance.publisher,
                directory: instance.directory,
                ids: instance.ids,
                clock: instance.clock
            )
            let router = ServerRouter.make()
            let streams = StreamHub(
                database: instance.database,
                clock: instance.clock,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let remote = RemoteMedia(
                library: media,
                client: instance.client,
                limits: remoteLimits,
                ids: instance.ids,
                clock: instance.clock
            )
            MediaRoutes(library: media, remote: remote, database: instance.database).add(to: router)
            ClientRoutes(
                desk: ClientDesk(
                    database: instance.database,
                    directory: instance.directory,
                    publisher: instance.publisher,
                    media: media,
                    ids: instance.ids,
                    clock: instance.clock,
                    version: "1",
                    usage: SchoolUsage(database: instance.database, clock: instance.clock),
                    limiter: limiter
                ),
                streams: streams
            ).add(to: router)
            WebsiteRoutes(
                desk: WebDesk(
                    database: instance.database,
                    directory: instance.directory,
                    publisher: instance.publisher,
                    media: media,
                    archives: archives,
                    sessions: Sessions(database: instance.database, hasher: hasher, clock: instance.clock),
                    signIns: signIns,
                    doctor: doctor,
                    ids: instance.ids,
                    clock: instance.clock
                )
            ).add(to: router)
            let routes = router.routes.map { ($0.method, $0.path.description) }
            let settings = HTTPServerSettings(addresses: [])
            let door = FrontDoor(
                router: router,
                settings: settings,
                health: HealthRoutes(settings: settings, metrics: nil) { true },
                limiter: nil,
                isSchool: { $0 == school.host }
            )
            try await body(
                Visitor(
                    instance: instance,
                    school: school,
                    ada: ada,
                    cleo: cleo,
                    door: door,
                    media: media,
                    streams: streams,
                    archives: archives,
                    routes: routes
                )
            )
        }
    }

    /// What was answered.
    struct Answer {
        let status: Int
        let headers: HTTPFields
        let bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var json: JSONValue? { try? JSONParser.parse(Array(text.utf8)) }
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        form: String? = nil,
        cookie: String? = nil,
        token: String? = nil,
        fields: HTTPFields = [:]
    ) async throws -> Answer {
        try await send(
            method,
            path,
            body: form,
            type: "application/x-www-form-urlencoded",
            cookie: cookie,
            token: token,
            fields: fields
        )
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        body: String?,
        type: String,
        cookie: String? = nil,
        token: String? = nil,
        fields: HTTPFields = [:]
    ) async throws -> Answer {
        try await send(
            method,
            path,
            bytes: body.map { Array($0.utf8) },
            type: type,
            cookie: cookie,
            token: token,
            fields: fields
        )
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        bytes body: [UInt8]?,
        type: String,
        cookie: String? = nil,
        token: String? = nil,
        fields: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = fields
        if let body {
            headers[.contentType] = type
            headers[.contentLength] = "\(body.count)"
        }
        if let cookie { headers[.cookie] = cookie }
        if let token { headers[.authorization] = "Bearer \(token)" }
        let head = HTTPRequest(
            method: method,
            scheme: "https",
            authority: "school.test",
            path: path,
            headerFields: headers
        )
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body ?? [])))
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let context = ServerContext(
            source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: quiet)
        )
        let response = await door.respond(to: request, context: context)
        let bytes = Array(try await response.body.collect().readableBytesView)
        return Answer(status: response.status.code, headers: response.headers, bytes: bytes)
    }

    /// Signs somebody in and gives their cookie and the token of their forms.
    func signIn(as name: String = "Ada") async throws -> (cookie: String, csrf: String) {
        let form = "name=\(name)&password=\(Self.password.replacing(" ", with: "+"))"
        let answer = try await send(.post, "/sign-in", form: form)
        let cookie = answer.headers[.setCookie]?.split(separator: ";").first.map(String.init) ?? ""
        let home = try await send(.get, "/home", cookie: cookie)
        let csrf = home.text.components(after: "name=\"csrf\" value=\"").prefix { $0 != "\"" }
        return (cookie, String(csrf))
    }

    /// A token of ada's, or of somebody else.
    func token(_ scopes: String, for account: Account? = nil) async throws -> String {
        guard let scopes = Scopes(scopes) else { return "" }
        return try await AccessTokens(database: instance.database, clock: instance.clock).issue(
            for: (account ?? ada).id,
            scopes: scopes
        )
    }
}

extension ResponseBody {
    /// Gathers what the body writes.
    fileprivate func collect() async throws -> ByteBuffer {
        final class Store: @unchecked Sendable {
            // Confined to the one task that writes the body.
            var buffer = ByteBuffer()
        }
        struct Collector: ResponseBodyWriter {
            let store: Store
            mutating func write(_ buffer: ByteBuffer) async throws {
                store.buffer.writeImmutableBuffer(buffer)
            }
            consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
        }
        let store = Store()
        try await write(Collector(store: store))
        return store.buffer
    }
}

extension String {
    fileprivate func components(after text: String) -> Substring {
        firstRange(of: text).map { self[$0.upperBound...] } ?? ""
    }
}
