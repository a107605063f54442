import Domain
import Storage
import Testing

@Suite("Schools, accounts, keys and members")
struct PeopleTests {
    @Test("the schema is made from nothing, once", arguments: Engine.all)
    func migrates(engine: Engine) async throws {
        try await engine.withoutSchema { database in
            try await Migrator.migrate(database, Schema.migrations)
            try await Migrator.migrate(database, Schema.migrations)
            #expect(try await Migrator.appliedVersion(of: database) == Schema.migrations.count)
        }
    }

    @Test("a school is read as it was written; its host is taken once", arguments: Engine.all)
    func schools(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            var north = try world.school("north.example:8443", .open)
            let south = try world.school("south.example")
            #expect(try db.schools.all() == [north, south])
            north.name = "North"
            north.federation = .partners
            north.requiresSignedReads = false
            try db.schools.update(north)
            #expect(try db.schools.find(north.id) == north)
            #expect(try db.schools.find(host: north.host) == north)
            #expect(try db.schools.find(host: try Host("north.example")) == nil)
        }
    }

    @Test(
        "an id, a host and a handle are taken once; after that the transaction is lost",
        arguments: Engine.all
    )
    func taken(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let ada = try await database.write { db in
                let world = World(db)
                return try world.ada()
            }
            let attempts: [@Sendable (World) throws -> Void] = [
                { _ = try $0.school("north.example") },
                { try $0.db.accounts.insert(ada) },
                { world in
                    guard let north = try world.db.schools.all().first else { return }
                    _ = try world.person("ada", at: north)
                },
            ]
            for attempt in attempts {
                await #expect(throws: StorageError.self) {
                    try await database.write { db in
                        let world = World(db)
                        world.advance(.minutes(1))
                        try attempt(world)
                    }
                }
            }
            #expect(try await database.read { try $0.schools.all().count } == 1)
        }
    }

    @Test("an account is found by id, URI and handle, and listed", arguments: Engine.all)
    func accounts(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let ben = try world.peer("ben", at: "far.example")
            for account in [ada, ben] {
                #expect(try db.accounts.find(account.id) == account)
                #expect(try db.accounts.find(uri: account.uri) == account)
                #expect(try db.accounts.find(account.handle) == account)
            }
            let none = Account.ID(rawValue: 1)
            #expect(try db.accounts.find(none) == nil)
            #expect(try db.accounts.find([ada.id, ben.id, none]) == [ada.id: ada, ben.id: ben])
            #expect(try db.accounts.find([Account.ID]()).isEmpty)
            #expect(Set(try db.accounts.find(uris: [ada.uri, ben.uri])) == [ada, ben])
            #expect(try db.accounts.find(uris: [URI]()).isEmpty)
            #expect(try db.accounts.list(of: north.id) == [ada])
            #expect(try db.accounts.countPeople(of: north.id) == 1)
        }
    }

    @Test("an update writes what a document says, and nothing on a tombstone", arguments: Engine.all)
    func updates(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            var ben = try world.peer("ben", at: "far.example")
            ben.handle = Handle(storedName: "benjamin", host: ben.handle.host)
            ben.kind = .group
            ben.displayName = "Ben"
            ben.summary = "<p>x</p>"
            ben.page = try URI("https://far.example/@ben")
            ben.endpoints = Account.Endpoints(inbox: ben.endpoints.inbox, outbox: ben.page)
            ben.approvesFollowers = true
            ben.fetchedAt = world.now + .hours(1)
            try db.accounts.update(ben)
            #expect(try db.accounts.find(ben.id) == ben)
            try db.accounts.setSuspended(ben.id, at: world.now)
            #expect(try db.accounts.find(ben.id)?.suspendedAt == world.now)
            try db.accounts.setSuspended(ben.id, at: nil)
            #expect(try db.accounts.find(ben.id) == ben)
            try db.accounts.setGone(ben.id, at: world.now)
            try db.accounts.update(ben)
            let gone = try #require(try db.accounts.find(ben.id))
            #expect(gone.goneAt == world.now && gone.displayName.isEmpty && gone.summary.isEmpty)
            #expect(try db.accounts.find(ben.handle) == nil)
            #expect(try db.accounts.find(uri: ben.uri) == gone)
        }
    }

    @Test("a handle belongs to one account; a tombstone or a released one gives it up", arguments: Engine.all)
    func handles(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let first = try world.person("ada", at: north)
            try db.accounts.setGone(first.id, at: world.now)
            let second = try world.person("ada", at: north)
            #expect(try db.accounts.find(second.handle)?.id == second.id)
            try db.accounts.releaseHandle(of: second.id)
            let third = try world.person("ada", at: north)
            #expect(try db.accounts.find(third.handle)?.id == third.id)
            #expect(try db.accounts.list(of: north.id).map(\.id) == [second.id, third.id])
        }
    }

    @Test("an account has one key per algorithm; a new one takes its place", arguments: Engine.all)
    func keys(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada()
            func key(_ algorithm: StoredSigningKey.Algorithm, _ text: String) -> StoredSigningKey {
                StoredSigningKey(
                    id: world.id(),
                    account: ada.id,
                    algorithm: algorithm,
                    privateKey: text,
                    publicKey: "public \(text)",
                    createdAt: world.now
                )
            }
            try db.signingKeys.set(key(.rsa, "old"))
            try db.signingKeys.set(key(.ed25519, "other"))
            let new = key(.rsa, "new")
            try db.signingKeys.set(new)
            let found = try #require(try db.signingKeys.find(of: ada.id, .rsa))
            #expect(found.id == new.id && found.privateKey == "new" && found.publicKey == "public new")
            #expect(found.createdAt == world.now && found.account == ada.id)
            #expect(try db.signingKeys.list(of: ada.id).map(\.algorithm) == [.ed25519, .rsa])
        }
    }

    @Test("a member's role and hash are written over", arguments: Engine.all)
    func members(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada()
            #expect(try db.members.find(ada.id) == nil)
            try db.members.set(Member(account: ada.id, role: .member, passwordHash: "x"))
            try db.members.set(Member(account: ada.id, role: .admin, passwordHash: nil))
            let member = try #require(try db.members.find(ada.id))
            #expect(member.role == .admin && member.passwordHash == nil && member.account == ada.id)
        }
    }

    @Test("a session ends with its time, by hand, or with all of its account", arguments: Engine.all)
    func sessions(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada()
            let start = world.now
            let sessions = (1...4).map { number in
                Session(
                    tokenHash: "s\(number)",
                    account: ada.id,
                    csrfToken: "c\(number)",
                    createdAt: start,
                    expiresAt: start + .minutes(Int64(number))
                )
            }
            for session in sessions { try db.sessions.insert(session) }
            #expect(try db.sessions.find("s1", now: start) == sessions[0])
            #expect(try db.sessions.find("s1", now: start + .minutes(1)) == nil)
            try db.sessions.removeExpired(now: start + .minutes(1))
            #expect(try db.sessions.find("s1", now: start) == nil)
            try db.sessions.remove("s2")
            #expect(try db.sessions.find("s2", now: start) == nil)
            #expect(try db.sessions.find("s3", now: start) == sessions[2])
            try db.sessions.removeAll(of: ada.id)
            #expect(try db.sessions.find("s3", now: start) == nil)
        }
    }

    @Test("an access token is good until it is taken back", arguments: Engine.all)
    func tokens(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada()
            for hash in ["t1", "t2"] {
                let token = AccessToken(
                    tokenHash: hash,
                    account: ada.id,
                    scopes: "read write",
                    createdAt: world.now
                )
                try db.accessTokens.insert(token)
                #expect(try db.accessTokens.find(hash) == token)
            }
            try db.accessTokens.remove("t1")
            #expect(try db.accessTokens.find("t1") == nil)
            #expect(try db.accessTokens.find("t2") != nil)
            try db.accessTokens.removeAll(of: ada.id)
            #expect(try db.accessTokens.find("t2") == nil)
        }
    }

    @Test("the audit gives its newest entries", arguments: Engine.all)
    func audit(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let entries = [north.id, nil, north.id].map { school in
                AuditEntry(
                    id: world.id(),
                    school: school,
                    by: "command line",
                    action: "partner.approve",
                    subject: "far.example",
                    at: world.now
                )
            }
            for entry in entries { try db.audit.insert(entry) }
            #expect(try db.audit.newest(limit: 2) == [entries[2], entries[1]])
        }
    }
}
