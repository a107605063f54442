import ClientAPI
import Domain
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
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

    static let password = "a long walk to school"

    static func use(
        signIns: SignInLimiter? = nil,
        reaching ranges: [AddressRange] = [],
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
            let router = ServerRouter.make()
            ClientRoutes(
                desk: ClientDesk(
                    database: instance.database,
                    directory: instance.directory,
                    publisher: instance.publisher,
                    clock: instance.clock,
                    version: "1",
                    usage: SchoolUsage(database: instance.database, clock: instance.clock)
                )
            ).add(to: router)
            WebsiteRoutes(
                desk: WebDesk(
                    database: instance.database,
                    directory: instance.directory,
                    publisher: instance.publisher,
                    sessions: Sessions(database: instance.database, hasher: hasher, clock: instance.clock),
                    signIns: signIns,
                    clock: instance.clock
                )
            ).add(to: router)
            let settings = HTTPServerSettings(addresses: [])
            let door = FrontDoor(
                router: router,
                settings: settings,
                health: HealthRoutes(settings: settings, metrics: nil) { true },
                limiter: nil,
                isSchool: { $0 == school.host }
            )
            try await body(Visitor(instance: instance, school: school, ada: ada, cleo: cleo, door: door))
        }
    }

    /// What was answered.
    struct Answer {
        let status: Int
        let headers: HTTPFields
        let text: String

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
        var headers = fields
        if let body {
            headers[.contentType] = type
            headers[.contentLength] = "\(body.utf8.count)"
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
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body ?? "")))
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let context = ServerContext(
            source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: quiet)
        )
        let response = await door.respond(to: request, context: context)
        let text = String(buffer: try await response.body.collect())
        return Answer(status: response.status.code, headers: response.headers, text: text)
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
