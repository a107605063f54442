import Domain
import Foundation
import Media
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Archives

/// A school with ada, whom cleo follows, and the desk that takes along and brings along.
struct ArchiveStage: Sendable {
    let instance: TestInstance
    let school: School
    let ada: Account
    let cleo: Account
    let store: MediaFolder
    let media: MediaLibrary
    let desk: ArchiveDesk
    let folder: String

    static func use(
        _ host: String = "north.test",
        limits: ArchiveLimits = ArchiveLimits(),
        _ body: (ArchiveStage) async throws -> Void
    ) async throws {
        try await TestInstance.use { instance in
            let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let school = try await instance.addSchool("https://\(host)")
            let (ada, cleo) = (
                try await instance.addPerson("ada", at: school),
                try await instance.addPerson("cleo", at: school)
            )
            try await instance.addFollow(of: ada, by: cleo)
            let store = try MediaFolder(folder)
            let media = MediaLibrary(
                database: instance.database,
                store: store,
                ids: instance.ids,
                clock: instance.clock
            )
            let desk = ArchiveDesk(
                database: instance.database,
                store: store,
                media: media,
                publisher: instance.publisher,
                directory: instance.directory,
                ids: instance.ids,
                clock: instance.clock,
                limits: limits
            )
            try await body(
                ArchiveStage(
                    instance: instance,
                    school: school,
                    ada: ada,
                    cleo: cleo,
                    store: store,
                    media: media,
                    desk: desk,
                    folder: folder
                )
            )
        }
    }

    /// Brings a file along and reads it.
    func bring(_ bytes: [UInt8], _ kind: AccountImport.Kind = .archive) async throws -> ImportReport {
        let order = try await desk.receive(for: ada.id) { file in
            try await file.write(bytes)
            return kind
        }
        #expect(try await desk.readNext())
        return try #require(try await desk.imports(of: ada.id).first { $0.order.id == order.id })
    }

    /// Does all rows, however long that takes, and tells how the last import stands.
    func doRows() async throws -> ImportReport {
        for _ in 0..<50 {
            while try await desk.doNextRow() {}
            instance.clock.advance(by: .minutes(1))
        }
        return try #require(try await desk.imports(of: ada.id).first)
    }

    /// Ada's posts, the oldest first.
    func posts() async throws -> [Post] {
        let ada = ada.id
        return try await instance.database.read { try $0.ownRecords.posts(of: ada, after: nil, limit: 500) }
    }

    /// An upload of ada's.
    func upload(_ bytes: [UInt8], _ description: String) async throws -> Upload {
        try await media.receive(for: ada.id) { file in
            try await file.write(bytes)
            return try await media.add(file, for: ada.id, description: description)
        }
    }
}

/// Archives for tests, written by our own writer.
enum TestArchive {
    /// A ZIP of entries.
    static func zip(_ entries: [(String, [UInt8])]) throws -> [UInt8] {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).zip").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let archive = try ArchiveWriter(path)
        for (name, bytes) in entries {
            try archive.begin(name, at: 1_700_000_000)
            try archive.write(bytes)
        }
        try archive.finish()
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The entries of a ZIP.
    static func entries(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).zip").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let reader = try ArchiveReader(path)
        var (entries, count) = ([String: [UInt8]](), 0)
        while let name = try reader.next(&count, limit: 1_000) {
            var content: [UInt8] = []
            while case let part = try reader.read(), !part.isEmpty { content += part }
            entries[name] = content
        }
        return entries
    }

    static let actor = """
        {"@context": "https://www.w3.org/ns/activitystreams", "id": "https://old.example/users/ada", "type": "Person",
         "preferredUsername": "ada", "followers": "https://old.example/users/ada/followers",
         "inbox": "https://old.example/users/ada/inbox", "outbox": "outbox.json", "likes": "likes.json",
         "bookmarks": "bookmarks.json"}
        """

    /// A note of ada's as Mastodon's archives have it.
    static func note(
        _ number: Int,
        _ text: String,
        published: String = "2019-05-04T10:00:00Z",
        more: String = ""
    ) -> String {
        """
        {"id": "https://old.example/users/ada/statuses/\(number)/activity", "type": "Create",
         "actor": "https://old.example/users/ada", "published": "\(published)",
         "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": ["https://old.example/users/ada/followers"],
         "object": {"id": "https://old.example/users/ada/statuses/\(number)", "type": "Note", "summary": null,
          "inReplyTo": null, "published": "\(published)", "attributedTo": "https://old.example/users/ada",
          "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": ["https://old.example/users/ada/followers"],
          "sensitive": false, "content": "<p>\(text)</p>", "attachment": [], "tag": []\(more)}}
        """
    }

    static func outbox(_ items: [String]) -> String {
        """
        {"@context": "https://www.w3.org/ns/activitystreams", "id": "outbox.json", "type": "OrderedCollection",
         "totalItems": \(items.count), "orderedItems": [\(items.joined(separator: ", "))]}
        """
    }

    /// Ada's archive with these entries of the outbox.
    static func mastodon(_ items: [String], _ others: [(String, [UInt8])] = []) throws -> [UInt8] {
        try zip([("outbox.json", Array(outbox(items).utf8))] + others + [("actor.json", Array(actor.utf8))])
    }
}
