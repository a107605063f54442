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
    let ids: IDGenerator
    let clock: any WallClock
    let version: String
    let usage: SchoolUsage
    let limiter: RateLimiter?
    let rendered = RenderedParts()

    /// Puts the desk together; without a limiter anybody may register apps without end.
    public init(
        database: any SQLDatabase,
        directory: PeerDirectory,
        publisher: Publisher,
        media: MediaLibrary,
        ids: IDGenerator,
        clock: any WallClock = SystemClock(),
        version: String,
        usage: SchoolUsage,
        limiter: RateLimiter? = nil
    ) {
        self.database = database
        self.directory = directory
        self.publisher = publisher
        self.media = media
        self.ids = ids
        self.clock = clock
        self.version = version
        self.usage = usage
        self.limiter = limiter
    }

    var apps: ClientApps { ClientApps(database: database, ids: ids, clock: clock) }
    var permissions: Permissions { Permissions(database: database, ids: ids, clock: clock) }

    /// The school that is asked.
    ///
    /// - Throws: `Problem` with status 404 for a host that is none.
    func school(_ context: ServerContext) async throws -> School {
        guard let host = context.host,
            let school = try await database.read({ try $0.schools.find(host: host) })
        else { throw Problem(.notFound) }
        return school
    }

    /// What a request's token grants, whatever that is.
    ///
    /// - Throws: `Problem` with status 401 without a valid bearer token (RFC 6750).
    func grant(_ request: Request, _ context: ServerContext) async throws -> AccessTokens.Grant {
        try await grant(request.bearerToken, context)
    }

    /// The same for a token that stood elsewhere.
    func grant(_ token: String?, _ context: ServerContext) async throws -> AccessTokens.Grant {
        guard let host = context.host, let token,
            let grant = try await AccessTokens(database: database, clock: clock).grant(token, at: host)
        else {
            throw Problem(
                .unauthorized,
                detail: "The access token is invalid",
                headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""]
            )
        }
        return grant
    }

    /// Who asks, when their token allows it: one of the scopes is enough.
    ///
    /// - Throws: `Problem`: 401 without a valid bearer token, 403 when it does not allow the scope, 422 when it is an
    ///   app's own.
    func caller(_ request: Request, _ context: ServerContext, _ scopes: String...) async throws -> Caller {
        try Self.caller(try await grant(request, context), scopes)
    }

    /// Who acts with a grant that allows one of the scopes.
    ///
    /// - Throws: `Problem` as above.
    static func caller(_ grant: AccessTokens.Grant, _ scopes: [String]) throws -> Caller {
        try check(grant, scopes)
        guard let account = grant.account else {
            throw Problem(.unprocessableContent, detail: "This method requires an authenticated user")
        }
        return Caller(account: account, school: grant.school)
    }

    /// Who asks, or nobody: for what is also for people who are not signed in, and for apps themselves.
    ///
    /// - Throws: `Problem` as `caller` does when there is a token that is not good; 404 for a host that is no school.
    func anyone(_ request: Request, _ context: ServerContext, _ scope: String) async throws -> Anyone {
        guard request.bearerToken != nil else {
            return Anyone(school: try await school(context), viewer: .anonymous)
        }
        let grant = try await grant(request, context)
        try Self.check(grant, [scope])
        guard let account = grant.account else { return Anyone(school: grant.school, viewer: .anonymous) }
        return Anyone(school: grant.school, viewer: Caller(account: account, school: grant.school).viewer)
    }

    /// Checks that a grant allows one of the scopes.
    ///
    /// - Throws: `Problem` with status 403.
    static func check(_ grant: AccessTokens.Grant, _ scopes: [String]) throws {
        guard scopes.contains(where: grant.scopes.allow) else {
            throw Problem(
                .forbidden,
                detail: "This action is outside the authorized scopes",
                headers: [
                    .wwwAuthenticate:
                        "Bearer error=\"insufficient_scope\", scope=\"\(scopes.joined(separator: " "))\""
                ]
            )
        }
    }
}

extension ClientDesk {
    /// The account that the path names, when whoever asks may be shown it.
    ///
    /// - Throws: `Problem` with status 404; `StorageError`.
    func account(in context: ServerContext, for anyone: Anyone) async throws -> Account {
        let id = try context.accountID()
        return try Self.shown(try await database.read { try $0.accounts.find(id) }, to: anyone)
    }

    /// An account, when whoever asks may be shown it: strangers see the school's own people only.
    ///
    /// - Throws: `Problem` with status 404.
    static func shown(_ account: Account?, to anyone: Anyone) throws -> Account {
        guard let account, account.isActive,
            anyone.viewer.account != nil || account.school == anyone.school.id
        else { throw Problem(.notFound, detail: "Record not found") }
        return account
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
