public import Domain
public import HTTPSignatures
public import Outbox
public import Peers
public import Storage
public import Transport

/// An instance on a real database of its own, of the run's engine, with schools, people and peers as a test needs them.
public final class TestInstance: Sendable {
    /// The database.
    public let database: any SQLDatabase
    /// Time, as the test moves it.
    public let clock: ManualClock
    /// Ids.
    public let ids: IDGenerator
    /// What reaches other servers; nothing unless ranges were allowed.
    public let client: TransportClient
    /// The keys of our accounts.
    public let signers: SignerRing
    /// Other servers' documents.
    public let fetcher: DocumentFetcher
    /// What asks for handles.
    public let webFinger: WebFingerClient
    /// Other servers' accounts.
    public let directory: PeerDirectory
    /// Other servers' keys.
    public let keys: KeyRing
    /// What people do.
    public let publisher: Publisher
    /// What admins do.
    public let admin: SchoolAdmin
    private let testDatabase: TestDatabase

    /// Opens an instance, runs the body and removes everything.
    public static func use(
        reaching ranges: [AddressRange] = [],
        _ body: (TestInstance) async throws -> Void
    ) async throws {
        await TestRoom.instances.enter()
        defer { TestRoom.instances.leave() }
        let instance = try await TestInstance(ranges)
        do {
            try await body(instance)
        } catch {
            try await instance.close()
            throw error
        }
        try await instance.close()
    }

    private init(_ ranges: [AddressRange]) async throws {
        testDatabase = try await TestDatabase.make()
        database = testDatabase.database
        clock = ManualClock()
        ids = IDGenerator(clock: clock)
        var configuration = TransportConfiguration(userAgent: "Staffroom/test")
        configuration.allowedRanges = ranges
        configuration.workers = 1
        client = try TransportClient(configuration: configuration)
        signers = SignerRing(database: database, clock: clock)
        fetcher = DocumentFetcher(database: database, signers: signers, client: client, clock: clock)
        webFinger = WebFingerClient(database: database, client: client)
        directory = PeerDirectory(
            database: database,
            fetcher: fetcher,
            webFinger: webFinger,
            ids: ids,
            clock: clock
        )
        keys = KeyRing(database: database, directory: directory, clock: clock)
        publisher = Publisher(database: database, directory: directory, ids: ids, clock: clock)
        admin = SchoolAdmin(database: database, ids: ids, clock: clock)
    }

    /// Runs a body beside another process on the same PostgreSQL database, which is listed and shows that it lives.
    ///
    /// Closing its database is its end, as `kill -9` is: it does not leave, and gives nothing back.
    public func besideProcess(
        _ id: ID<ServingProcess>,
        _ body: (any SQLDatabase) async throws -> Void
    ) async throws {
        let other = try await testDatabase.openAgain()
        let process = ServingProcess(
            id: id,
            version: "1",
            schemaVersion: 1,
            settings: "",
            startedAt: clock.now()
        )
        do {
            try await other.showLife(of: id.rawValue)
            let now = clock.now()
            try await other.write { try $0.processes.renew(process, now: now) }
            try await body(other)
        } catch {
            try await other.close()
            throw error
        }
        try await other.close()
    }

    /// Waits until a process is gone and takes over from it; `until`: what makes it so, again and again.
    public func takeOver(
        from id: ID<ServingProcess>,
        until end: () async throws -> Void = {}
    ) async throws -> ProcessStore.Inheritance {
        while true {
            try await end()
            if let taken = try await database.write({ try $0.processes.takeOver(from: id) }) { return taken }
            _ = await database.waitForWake(.streaming, timeout: .milliseconds(5))
        }
    }

    /// Ends the connections that show processes alive, as a broken network does.
    public func cutLifeLines() async throws {
        try await database.write { db in
            _ = try db.run(
                """
                SELECT pg_terminate_backend(pid) AS ended FROM pg_locks WHERE locktype = 'advisory' AND granted
                    AND pid <> pg_backend_pid()
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """
            )
        }
    }

    private func close() async throws {
        await client.shutdown(within: .seconds(1))
        try await testDatabase.remove()
    }

    /// All accounts of a test process have one RSA key: making one takes long.
    private static let sharedKey = Result { try SigningKey.generateRSA(keyID: "shared").privateText() }

    /// A signer with the RSA key that all accounts of a test process share, under an id of its own.
    public static func rsaSigner(keyID: String) throws -> SigningKey {
        try SigningKey(rsaPEM: sharedKey.get(), keyID: keyID)
    }

    private func registrar() -> Registrar {
        Registrar(database: database, ids: ids, clock: clock) { keyID in
            try SigningKey(rsaPEM: Self.sharedKey.get(), keyID: keyID)
        }
    }

    /// Adds a school.
    public func addSchool(_ origin: String, federation: School.Federation = .partners) async throws -> School
    {
        let registrar = registrar()
        return try await registrar.addSchool(
            at: try Origin(origin),
            name: origin,
            federation: federation,
            by: "test"
        )
    }

    /// Adds a person to a school.
    public func addPerson(_ name: String, at school: School) async throws -> Account {
        let registrar = registrar()
        return try await registrar.addAccount(named: name, at: school, by: "test")
    }

    /// Makes a peer known: its account and its key are stored as if they had been fetched.
    public func addPeer(_ name: String, at host: String) async throws -> TestPeer {
        try await addPeer(name, at: try Origin("https://\(host)"))
    }

    /// Makes a peer known whose server really answers, such as a `LoopbackServer`.
    public func addPeer(_ name: String, at origin: Origin) async throws -> TestPeer {
        let peer = try TestPeer(name, at: origin, id: ids.next(), now: clock.now())
        try await database.write { db in
            try db.accounts.insert(peer.account)
            try db.peerKeys.replace(of: peer.account.uri, with: [peer.key])
        }
        return peer
    }

    /// Lets an account follow another, accepted.
    public func addFollow(of followed: Account, by follower: Account) async throws {
        let follow = Follow(
            id: ids.next(),
            follower: follower.id,
            followed: followed.id,
            uri: try URI("\(follower.uri)/follows/\(followed.id)"),
            state: .accepted,
            createdAt: clock.now()
        )
        _ = try await database.write { try $0.follows.insert(follow) }
    }
}
