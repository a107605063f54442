public import Domain
public import Storage

/// Programs that register to act for people.
public struct ClientApps: Sendable {
    /// How long an app is kept that nobody lets act.
    public static let keptUnused = Span.days(7)
    private static let longestName = 100
    private static let mostAddresses = 10

    private let database: any SQLDatabase
    private let ids: IDGenerator
    private let clock: any WallClock

    /// Works on a database.
    public init(database: any SQLDatabase, ids: IDGenerator, clock: any WallClock = SystemClock()) {
        self.database = database
        self.ids = ids
        self.clock = clock
    }

    /// Registers an app at a school.
    ///
    /// `name`: cut to 100 characters; not empty.
    /// `website`: kept only if it is an https or http address.
    /// `redirectURIs`: one to ten.
    ///
    /// - Returns: the app and its secret, which cannot be had again.
    /// - Throws: `OAuthError.invalidRequest`, `invalidScope`; `StorageError`.
    public func register(
        name: String,
        website: String,
        redirectURIs: [String],
        scopes: String,
        at school: School.ID
    ) async throws -> (ClientApp, secret: String) {
        let name = String(name.filter { !$0.isNewline && $0 != "\t" }.prefix(Self.longestName))
        guard name.contains(where: { !$0.isWhitespace }) else {
            throw OAuthError.invalidRequest("Validation failed: Application name can't be blank")
        }
        guard (1...Self.mostAddresses).contains(redirectURIs.count),
            redirectURIs.allSatisfy(RedirectAddress.isGood)
        else { throw OAuthError.invalidRequest("Validation failed: Redirect URI must be an absolute URI") }
        guard let scopes = Scopes(scopes) else { throw OAuthError.invalidScope }
        let (client, secret) = (Secret(), Secret())
        let app = ClientApp(
            id: ids.next(),
            school: school,
            clientID: client.text,
            secretHash: secret.hash,
            name: name,
            website: (try? URI(website))?.description ?? "",
            redirectURIs: redirectURIs,
            scopes: scopes.description,
            createdAt: clock.now()
        )
        try await database.write { try $0.clientApps.insert(app) }
        return (app, secret.text)
    }

    /// The app of a school with an id; nil when there is none.
    ///
    /// - Throws: `StorageError`.
    public func find(_ clientID: String, at school: School.ID) async throws -> ClientApp? {
        guard clientID.utf8.count <= 256 else { return nil }
        return try await database.read { try $0.clientApps.find(clientID, at: school) }
    }

    /// The app that a token was given to.
    ///
    /// - Throws: `StorageError`.
    public func find(_ id: ClientApp.ID) async throws -> ClientApp? {
        try await database.read { try $0.clientApps.find([id])[id] }
    }

    /// The app that proves who it is by its secret.
    ///
    /// - Throws: `OAuthError.invalidClient`, `StorageError`.
    public func authenticate(_ clientID: String, _ secret: String, at school: School.ID) async throws
        -> ClientApp
    {
        guard let app = try await find(clientID, at: school), secret.utf8.count <= 256,
            Secret.hash(of: secret) == app.secretHash
        else { throw OAuthError.invalidClient }
        return app
    }
}
