import Access
public import Domain
import HTTPTypes
import Hummingbird
public import Media
public import Outbox
public import Peers
public import Server
public import Storage

/// What the routes of the client API share: who asks, and what they work with.
public struct ClientDesk: Sendable {
    let database: any SQLDatabase
    let directory: PeerDirectory
    let publisher: Publisher
    let media: MediaLibrary
    let clock: any WallClock
    let version: String
    let usage: SchoolUsage

    /// Puts the desk together.
    public init(
        database: any SQLDatabase,
        directory: PeerDirectory,
        publisher: Publisher,
        media: MediaLibrary,
        clock: any WallClock = SystemClock(),
        version: String,
        usage: SchoolUsage
    ) {
        self.database = database
        self.directory = directory
        self.publisher = publisher
        self.media = media
        self.clock = clock
        self.version = version
        self.usage = usage
    }

    /// Who asks, when their token allows it.
    ///
    /// - Throws: `Problem`: 401 without a valid bearer token (RFC 6750), 403 when it does not allow the scope.
    func caller(_ request: Request, _ context: ServerContext, _ scope: String) async throws -> Caller {
        guard let host = context.host, let token = request.bearerToken,
            let grant = try await AccessTokens(database: database, clock: clock).grant(token, at: host)
        else {
            throw Problem(
                .unauthorized,
                detail: "The access token is invalid",
                headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""]
            )
        }
        guard grant.scopes.allow(scope) else {
            throw Problem(.forbidden, detail: "This action is outside the authorized scopes")
        }
        return Caller(account: grant.account, school: grant.school)
    }

    /// Who asks, or nobody: for what is also for people who are not signed in.
    ///
    /// - Throws: `Problem` as `caller` does when there is a token that is not good; 404 for a host that is no school.
    func anyone(_ request: Request, _ context: ServerContext, _ scope: String) async throws -> Anyone {
        if request.bearerToken != nil {
            let caller = try await caller(request, context, scope)
            return Anyone(school: caller.school, viewer: caller.viewer)
        }
        guard let host = context.host,
            let school = try await database.read({ try $0.schools.find(host: host) })
        else { throw Problem(.notFound) }
        return Anyone(school: school, viewer: .anonymous)
    }
}

/// Somebody with a valid token.
struct Caller: Sendable {
    let account: Account
    let school: School

    var viewer: Viewer { .account(account.id, school: school.id) }
}

/// Somebody, with or without a token.
struct Anyone: Sendable {
    let school: School
    let viewer: Viewer
}

extension Request {
    /// The token of an `Authorization: Bearer` field.
    var bearerToken: String? {
        guard let field = headers[.authorization] else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
