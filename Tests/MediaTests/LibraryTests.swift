import Domain
import Foundation
import Outbox
import Storage
import TestKit
import Testing

@testable import Media

struct LibraryTests {
    static let film = Array("\0\0\0\u{18}ftypisom\0\0\0\0isommp42".utf8) + [UInt8](repeating: 7, count: 5_000)

    @Test("A film is kept as it is, whatever it is called")
    func film() async throws {
        try await LibraryStage.use { stage in
            let upload = try await stage.upload(Self.film)
            #expect(upload.kind == .video)
            #expect(upload.mediaType == "video/mp4")
            #expect(try await stage.bytes(of: upload) == Self.film)
            #expect(try await stage.bytes(of: upload, isPreview: true) == nil)
        }
    }

    @Test("The same file is kept once and served at two addresses")
    func twice() async throws {
        try await LibraryStage.use { stage in
            let first = try await stage.upload(Self.film)
            let second = try await stage.upload(Self.film)
            #expect(first.key != second.key)
            #expect(first.file == second.file)
            #expect(stage.files.count == 1)
            #expect(try await stage.bytes(of: second) == Self.film)
        }
    }

    @Test("A file that is too large is refused as soon as it is")
    func tooLarge() async throws {
        var limits = MediaLimits()
        limits.imageBytes = 2_000
        limits.filmBytes = 6_000
        try await LibraryStage.use(limits) { stage in
            let film = try await stage.upload(Self.film)
            #expect(film.size == Int64(Self.film.count))
            let picture = Array("GIF89a".utf8) + [UInt8](repeating: 0, count: 3_000)
            await #expect(throws: MediaError.tooManyBytes(limit: 2_000)) { try await stage.upload(picture) }
            let long = Self.film + [UInt8](repeating: 0, count: 2_000)
            await #expect(throws: MediaError.tooManyBytes(limit: 6_000)) { try await stage.upload(long) }
        }
    }

    @Test("RES-12: who has uploaded much that no post uses waits; a full disk leaves its reserve")
    func room() async throws {
        var limits = MediaLimits()
        limits.unusedCount = 1
        try await LibraryStage.use(limits) { stage in
            _ = try await stage.upload(Self.film)
            await #expect(throws: MediaError.tooManyUnused) { try await stage.upload(Self.film) }
        }
        limits.reservedBytes = .max / 2
        try await LibraryStage.use(limits) { stage in
            await #expect(throws: MediaError.diskFull) { try await stage.upload(Self.film) }
            #expect(stage.files.isEmpty)
        }
    }

    @Test("A picture that takes more memory than it may is refused, and the server is not touched")
    func memory() async throws {
        var limits = MediaLimits()
        limits.memory = 30 * 1_048_576
        try await LibraryStage.use(limits) { stage in
            let picture = try TestPicture.picture("png", width: 16, height: 16)
            await #expect(throws: MediaError.self) { try await stage.upload(picture) }
            _ = try await stage.upload(Self.film)
        }
    }

    @Test("What no post uses goes after a day, its files an hour after they were written; what is used stays")
    func tidying() async throws {
        try await LibraryStage.use { stage in
            let unused = try await stage.upload(try TestPicture.picture("png", width: 20, height: 20))
            let used = try await stage.upload(Self.film)
            var draft = PostDraft(text: "A film")
            draft.uploads = [used.id]
            _ = try await stage.instance.publisher.publish(draft, as: stage.ada.id)

            stage.instance.clock.advance(by: .hours(23))
            try stage.age(by: 7_200)
            try await stage.library.tidy()
            #expect(stage.files.count == 3)

            stage.instance.clock.advance(by: .hours(2))
            try await stage.library.tidy()
            #expect(try await stage.bytes(of: unused) == nil)
            #expect(try await stage.bytes(of: used) == Self.film)
            #expect(stage.files.count == 1)
        }
    }

    @Test("A file that nothing needs yet stays for an hour: its upload may be under way")
    func young() async throws {
        try await LibraryStage.use { stage in
            let folder = try await stage.store.makeWorkFolder()
            _ = FileManager.default.createFile(atPath: "\(folder)/x", contents: Data([1]))
            let file = try await stage.store.keep("\(folder)/x")
            try await stage.library.tidy()
            #expect(await stage.store.open(file) != nil)
            try stage.age(by: 7_200)
            try await stage.library.tidy()
            #expect(await stage.store.open(file) == nil)
        }
    }

    @Test("PRV-13: the files of a deleted post, and of a suspended account, are served to nobody")
    func deletion() async throws {
        try await LibraryStage.use { stage in
            let upload = try await stage.upload(Self.film)
            var draft = PostDraft(text: "")
            draft.uploads = [upload.id]
            let post = try await stage.instance.publisher.publish(draft, as: stage.ada.id)
            #expect(try await stage.bytes(of: upload) != nil)
            try await stage.instance.publisher.delete(post.id, as: stage.ada.id)
            #expect(try await stage.bytes(of: upload) == nil)
            try stage.age(by: 7_200)
            try await stage.library.tidy()
            #expect(stage.files.isEmpty)

            let other = try await stage.upload(Self.film)
            let now = stage.instance.clock.now()
            let ada = stage.ada.id
            try await stage.instance.database.write { try $0.accounts.setSuspended(ada, at: now) }
            #expect(try await stage.bytes(of: other) == nil)
        }
    }
}
