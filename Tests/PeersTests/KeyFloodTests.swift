import Domain
import HTTPSignatures
import Peers
import Storage
import TestKit
import Testing
import Transport

@Suite("Key fetches that strangers cause", .timeLimit(.minutes(10)))
struct KeyFloodTests {
    @Test("SIG-33, RES-02: a thousand bad signatures cause one fetch, whatever fragments they name")
    func fragments() async throws {
        try await PeersStage.use { stage async throws in
            let (uri, signer) = try stage.person("ben", on: stage.south)
            for number in 0..<1_000 {
                #expect(try await stage.error(ofKey: "\(uri)#\(number)") != nil)
            }
            #expect(stage.south.count() == 1)
            let known = try await stage.key(signer.keyID)
            await #expect(throws: FetchError.tooSoon) {
                try await stage.instance.keys.refetched(
                    try URI(signer.keyID),
                    insteadOf: known,
                    for: stage.school
                )
            }
            #expect(stage.south.count() == 1)
            stage.instance.clock.advance(by: .minutes(5))
            _ = try await stage.instance.keys.refetched(
                try URI(signer.keyID),
                insteadOf: known,
                for: stage.school
            )
            #expect(stage.south.count() == 2)
        }
    }

    @Test("SIG-33: twenty documents that verify nothing are fetched of a host in five minutes; others go on")
    func budget() async throws {
        try await PeersStage.use { stage async throws in
            try await stage.partner(stage.evil)
            for number in 0..<200 {
                #expect(try await stage.error(ofKey: "\(stage.south.origin)/x?\(number)") != nil)
            }
            #expect(stage.south.count() == 20)
            let (_, signer) = try stage.person("ben", on: stage.south)
            #expect(try await stage.error(ofKey: signer.keyID) == .busy)
            let (_, other) = try stage.person("eve", on: stage.evil)
            #expect(try await stage.error(ofKey: other.keyID) == nil)
            stage.instance.clock.advance(by: .minutes(5))
            #expect(try await stage.error(ofKey: signer.keyID) == nil)
        }
    }

    @Test("keys that verify do not use up their host's share")
    func proven() async throws {
        try await PeersStage.use { stage async throws in
            for number in 0..<60 {
                let (_, signer) = try stage.person("p\(number)", on: stage.south)
                #expect(try await stage.error(ofKey: signer.keyID) == nil)
                stage.instance.keys.prove(try URI(signer.keyID))
            }
        }
    }

    @Test("a failure that will pass is told as such to whoever asks meanwhile, and is not repeated")
    func transient() async throws {
        try await PeersStage.use { stage async throws in
            stage.south.reply("/users/ben", .response(503))
            for _ in 0..<3 {
                #expect(
                    try await stage.error(ofKey: "\(stage.south.origin)/users/ben#main-key") == .status(503)
                )
            }
            #expect(stage.south.count() == 1)
            for _ in 0..<3 {
                let gone = try await stage.error(ofKey: "\(stage.south.origin)/users/gone#main-key")
                #expect(gone == .gone(status: 404))
            }
            #expect(stage.south.count() == 2)
            let (_, signer) = try stage.person("ben", on: stage.south)
            stage.instance.clock.advance(by: .minutes(5))
            #expect(try await stage.error(ofKey: signer.keyID) == nil)
        }
    }

    @Test("a key that was rotated is taken from the last fetch when it may not be repeated yet")
    func rotated() async throws {
        try await PeersStage.use { stage async throws in
            let (_, old) = try stage.person("ben", on: stage.south)
            let known = try await stage.key(old.keyID)
            let (_, new) = try stage.person("ben", on: stage.south)
            stage.instance.clock.advance(by: .minutes(5))
            for _ in 0..<2 {
                let fresh = try await stage.instance.keys.refetched(
                    try URI(old.keyID),
                    insteadOf: known,
                    for: stage.school
                )
                #expect(try fresh.material == new.publicText())
            }
            #expect(stage.south.count() == 2)
        }
    }

    @Test("a fetch ends at its deadline, and requests for one document share it")
    func deadline() async throws {
        try await PeersStage.use { stage async throws in
            stage.south.reply("/users/ben", .hang)
            let keys = KeyRing(
                database: stage.instance.database,
                directory: stage.instance.directory,
                clock: stage.instance.clock,
                deadline: .milliseconds(200)
            )
            let (school, south) = (stage.school, stage.south)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let id = try? URI("\(south.origin)/users/ben#\(number % 2)")
                        guard let id else { return }
                        await #expect(throws: FetchError.transfer(.timeout(reason: "no key in time"))) {
                            try await keys.key(id, for: school)
                        }
                    }
                }
            }
            #expect(stage.south.count() <= 1)
        }
    }

    @Test("many actors of a partner whose keys are not known are all found, four at a time")
    func burst() async throws {
        try await PeersStage.use { stage async throws in
            let ids = try (0..<20).map { try URI(try stage.person("p\($0)", on: stage.south).1.keyID) }
            let (keys, school) = (stage.instance.keys, stage.school)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in ids { group.addTask { _ = try await keys.key(id, for: school) } }
                try await group.waitForAll()
            }
            #expect(stage.south.count() == 20 && stage.south.server.connectionCount <= 4)
        }
    }

    @Test("RES-03: four fetches of a host run at a time, more wait; another host's are not held up")
    func flights() async throws {
        try await PeersStage.use { stage async throws in
            try await stage.partner(stage.evil)
            for number in 0..<6 { stage.south.reply("/slow/\(number)", .hang) }
            let (keys, school) = (stage.instance.keys, stage.school)
            let (_, other) = try stage.person("eve", on: stage.evil)
            let id = try URI(other.keyID)
            let slow = try (0..<6).map { try stage.south.uri("/slow/\($0)") }
            try await withThrowingTaskGroup(of: FetchError?.self) { group in
                for uri in slow {
                    group.addTask {
                        do throws(FetchError) { _ = try await keys.key(uri, for: school) } catch {
                            return error
                        }
                        return nil
                    }
                }
                await stage.south.server.requests(4)
                _ = try await keys.key(id, for: school)
                #expect(stage.south.count() == 4)
                stage.south.server.release(.response(404))
                await stage.south.server.requests(6)
                stage.south.server.release(.response(404))
                for try await error in group { #expect(error == .gone(status: 404)) }
            }
        }
    }

    @Test("FET-23: of hosts below one domain ten strangers are asked in five minutes, partners always")
    func newcomers() async throws {
        try await PeersStage.use(federation: .open) { stage async throws in
            var errors: [FetchError?] = []
            for number in 0..<15 {
                errors.append(try await stage.error(ofKey: "http://h\(number).evil.localhost/users/x"))
            }
            #expect(errors.count { $0 == .busy } == 5)
            let (_, signer) = try stage.person("ben", on: stage.south)
            #expect(try await stage.error(ofKey: signer.keyID) == nil)
        }
    }
}
