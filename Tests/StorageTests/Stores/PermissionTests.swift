import Domain
import Testing

@testable import Storage

@Suite("Apps and permissions")
struct PermissionTests {
    private func app(_ world: World, _ name: String, at school: School.ID) throws -> ClientApp {
        let app = ClientApp(
            id: world.id(),
            school: school,
            clientID: name,
            secretHash: "s",
            name: name,
            website: "https://\(name).test/",
            redirectURIs: ["https://\(name).test/", ClientApp.outOfBand],
            scopes: "read",
            createdAt: world.now
        )
        try world.db.clientApps.insert(app)
        return app
    }

    private func permission(_ world: World, _ app: ClientApp, _ account: Account, _ code: String) throws
        -> Permission
    {
        let permission = Permission(
            id: world.id(),
            app: app.id,
            account: account.id,
            scopes: "read",
            codeHash: code,
            redirectURI: app.redirectURIs[0],
            challenge: nil,
            createdAt: world.now,
            codeExpiresAt: world.now + .minutes(10)
        )
        try world.db.permissions.insert(permission)
        return permission
    }

    private func token(_ hash: String, _ permission: Permission, at time: Timestamp) -> AccessToken {
        AccessToken(
            tokenHash: hash,
            account: permission.account,
            app: permission.app,
            permission: permission.id,
            scopes: "read",
            createdAt: time
        )
    }

    @Test(
        "a code is redeemed once; a permission ends with all its tokens and no others",
        arguments: Engine.all
    )
    func permissions(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let (ada, cleo) = (try world.person("ada", at: north), try world.person("cleo", at: north))
            let tidy = try app(world, "tidy", at: north.id)
            #expect(try db.clientApps.find("tidy", at: north.id) == tidy)
            #expect(try db.clientApps.find("tidy", at: try world.school("annex.example").id) == nil)
            let (first, second) = (
                try permission(world, tidy, ada, "c1"), try permission(world, tidy, cleo, "c2")
            )
            #expect(try db.permissions.find(code: "c1") == first)
            #expect(try db.permissions.find(of: ada.id).isEmpty)
            #expect(try db.permissions.redeem(first.id, at: world.now))
            #expect(try !db.permissions.redeem(first.id, at: world.now))
            #expect(try db.permissions.redeem(second.id, at: world.now))
            #expect(try db.permissions.find(of: ada.id).map(\.id) == [first.id])
            for (hash, permission) in [("1", first), ("2", second)] {
                try db.accessTokens.insert(token("t\(hash)", permission, at: world.now))
                try db.permissions.insertRefresh("r\(hash)", permission.id, at: world.now)
            }
            try db.permissions.setUsed(first.id, at: world.now)
            #expect(try db.permissions.find(first.id)?.usedAt == world.now)
            #expect(try db.permissions.spendRefresh("r1", of: first.id, at: world.now))
            #expect(try !db.permissions.spendRefresh("r1", of: first.id, at: world.now))
            #expect(try db.permissions.findRefresh("r1")?.isSpent == true)
            #expect(try db.accessTokens.find("t1") == nil)
            try db.permissions.remove(first.id)
            #expect(try db.permissions.findRefresh("r1") == nil)
            #expect(try db.accessTokens.find("t2") != nil)
            try db.accessTokens.removeAll(of: cleo.id)
            #expect(try db.permissions.find(second.id) == nil)
            #expect(try db.permissions.findRefresh("r2") == nil)
        }
    }

    @Test(
        "codes that ran out, spent refresh tokens and apps that nobody used are removed",
        arguments: Engine.all
    )
    func tidying(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let (used, unused) = (
                try app(world, "used", at: north.id), try app(world, "unused", at: north.id)
            )
            try db.clientApps.setAuthorized(used.id, at: world.now)
            let kept = try permission(world, used, ada, "c1")
            _ = try permission(world, used, ada, "c2")
            #expect(try db.permissions.redeem(kept.id, at: world.now))
            let late = world.now + .minutes(10)
            #expect(try db.permissions.removeUnredeemed(before: late, limit: 9) == 0)
            #expect(try db.permissions.removeUnredeemed(before: late + .seconds(1), limit: 9) == 1)
            #expect(try db.permissions.find(kept.id) != nil)
            try db.permissions.insertRefresh("r1", kept.id, at: world.now)
            try db.permissions.insertRefresh("r2", kept.id, at: world.now)
            #expect(try db.permissions.spendRefresh("r1", of: kept.id, at: world.now))
            #expect(try db.permissions.removeSpent(before: late, limit: 9) == 1)
            #expect(try db.permissions.findRefresh("r2") != nil)
            for (number, app) in [used, used, used, unused].enumerated() {
                try db.accessTokens.insert(
                    AccessToken(
                        tokenHash: "own\(number)",
                        account: nil,
                        app: app.id,
                        scopes: "read",
                        createdAt: world.now + .seconds(Int64(number))
                    )
                )
            }
            try db.accessTokens.removeOwn(of: used.id, keeping: 2)
            #expect(try db.accessTokens.find("own0") == nil)
            #expect(try db.accessTokens.find("own1") != nil && db.accessTokens.find("own3") != nil)
            #expect(try db.clientApps.removeUnused(before: world.now, limit: 9) == 0)
            #expect(try db.clientApps.removeUnused(before: late, limit: 9) == 1)
            #expect(try db.clientApps.find([used.id, unused.id]).keys.map(\.self) == [used.id])
            #expect(try db.accessTokens.find("own3") == nil)
        }
    }
}
