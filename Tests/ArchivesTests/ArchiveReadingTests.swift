import Domain
import Foundation
import Media
import Testing
import Vocabulary

@testable import Archives

@Suite("Reading what somebody brings along")
struct ArchiveReadingTests {
    private func items(_ text: String, step: Int = 3, limit: Int = 100) -> (found: [String], breaksOff: Bool)
    {
        var items = JSONItems("orderedItems", limit: limit)
        var found: [String] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            for item in items.feed(Array(bytes[start..<min(start + step, bytes.count)])) {
                switch item {
                case .value(let value): found.append(JSONWriter.text(value))
                case .tooLong: found.append("too long")
                case .unreadable: found.append("unreadable")
                }
            }
        }
        return (found, items.breaksOff)
    }

    @Test("the items of the list at the top are found, in parts of any size", arguments: [1, 3, 1_000])
    func list(step: Int) {
        let text = """
            {"a": {"orderedItems": [1]}, "b": "orderedItems", "c": "x\\"]", "orderedItems" : [ {"a": ["],", {}]}, "x,\\"y]" , 3],
             "d": [4, 5]}
            """
        #expect(items(text, step: step).found == ["{\"a\":[\"],\",{}]}", "\"x,\\\"y]\"", "3"])
        #expect(items("{\"orderedItems\": []}", step: step).found.isEmpty)
        #expect(items("{\"orderedItems\": [1, 2", step: step).breaksOff)
        #expect(!items("{\"orderedItems\": [1, 2]", step: step).breaksOff)
        #expect(items("[{\"orderedItems\": [1]}]", step: step).found.isEmpty)
    }

    @Test("an item that is too long, too deep or no JSON is told as such, and those beside it are read")
    func badItems() {
        let deep = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
        let long = "\"" + String(repeating: "x", count: 300) + "\""
        let text = "{\"orderedItems\": [1, \(deep), 2, \(long), 3, {\"a\" 1}, {\"a\":1,\"a\":2}, 4]}"
        #expect(
            items(text, limit: 200).found
                == ["1", "unreadable", "2", "too long", "3", "unreadable", "unreadable", "4"]
        )
        let fine = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        #expect(items("{\"orderedItems\": [\(fine)]}", limit: 200).found == [fine])
        #expect(items(String(repeating: "[", count: 100_000), step: 5_000).found.isEmpty)
    }

    private func rows(_ text: String, limit: Int = 40, step: Int = 1) -> [CSVReader.Row] {
        var reader = CSVReader(limit: limit)
        var rows: [CSVReader.Row] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            rows += reader.feed(Array(bytes[start..<min(start + step, bytes.count)]))
        }
        return rows + reader.finish()
    }

    @Test(
        "a table's rows are read with quotes, with either line end, and without the last one",
        arguments: [1, 7]
    )
    func table(step: Int) {
        #expect(
            rows("\u{FEFF}a,b\r\n\"x, \"\"y\"\"\",\n\n,z\n\"l1\nl2\",q", step: step) == [
                .fields(["a", "b"]), .fields(["x, \"y\"", ""]), .fields(["", "z"]), .fields(["l1\nl2", "q"]),
            ]
        )
        #expect(rows(csvRow(["a\"b", "c,d", "e"])) == [.fields(["a\"b", "c,d", "e"])])
    }

    @Test("a row that is too long or badly quoted is told as such, and those beside it are read")
    func badRows() {
        let long = String(repeating: "x", count: 41)
        #expect(
            rows("a\n\(long)\nb\nc\"d\"\ne\n\"f\"g\nh\n") == [
                .fields(["a"]), .unreadable, .fields(["b"]), .unreadable, .fields(["e"]), .unreadable,
                .fields(["h"]),
            ]
        )
        #expect(rows("a\n\"never ends\nb") == [.fields(["a"]), .unreadable])
        #expect(rows(String(repeating: ",", count: 15)).first != .unreadable)
        #expect(rows(String(repeating: ",", count: 16)) == [.unreadable])
    }

    private func unpack(_ bytes: [UInt8], _ limits: ArchiveLimits = ArchiveLimits()) async throws
        -> (files: [String: [UInt8]], refused: [String])
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/order"))
        let archive = try await UnpackedArchive(
            "\(folder)/order",
            into: folder,
            limits: limits,
            media: MediaLimits()
        ) {}
        let left = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(left.allSatisfy { $0 == "order" || $0.hasPrefix("entry-") })
        for name in ["evil.png", "outbox.json"] {
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/../\(name)"))
        }
        return (
            archive.files.mapValues { Array(FileManager.default.contents(atPath: $0) ?? Data()) },
            archive.refused.map(\.name)
        )
    }

    @Test("a name that leads out of the archive is refused and written nowhere; its twin inside is taken")
    func traversal() async throws {
        let bytes = try TestArchive.zip([
            ("media_attachments/files/../../../evil.png", [1]), ("../outbox.json", [2]),
            ("..\\x.png", [6]),
            ("outbox.json", [3]), ("media_attachments/files/1/original/a.png", [4]), ("etc/passwd", [5]),
        ])
        let (files, refused) = try await unpack(bytes)
        #expect(files == ["outbox.json": [3], "media_attachments/files/1/original/a.png": [4]])
        #expect(
            refused == [
                "media_attachments/files/../../../evil.png", "../outbox.json", "../x.png",
            ]
        )
    }

    @Test("what unpacks to more than it may is refused as soon as that shows; just below it is taken")
    func bomb() async throws {
        var limits = ArchiveLimits()
        limits.freeBytes = 1 << 20
        limits.ratio = 10
        let bomb = try TestArchive.zip([("outbox.json", [UInt8](repeating: 0x20, count: 1 << 22))])
        #expect(bomb.count < 10_000)
        await #expect(throws: ArchiveError.tooMuchInside(limit: 1 << 20)) { try await unpack(bomb, limits) }
        // Not only what would be kept counts: passing over it costs as much.
        let aside = try TestArchive.zip([
            ("x", [UInt8](repeating: 0x20, count: 1 << 22)), ("outbox.json", [1]),
        ])
        await #expect(throws: ArchiveError.tooMuchInside(limit: 1 << 20)) { try await unpack(aside, limits) }
        let fine = try TestArchive.zip([("outbox.json", [UInt8](repeating: 0x20, count: 1 << 20))])
        #expect(try await unpack(fine, limits).files["outbox.json"]?.count == 1 << 20)
    }

    @Test("too many entries are refused; as many as may be are taken")
    func entries() async throws {
        var limits = ArchiveLimits()
        limits.entries = 20
        let many = (0..<20).map { ("x\($0)", [UInt8(1)]) }
        #expect(try await unpack(try TestArchive.zip(many), limits).files.isEmpty)
        let more = try TestArchive.zip(many + [("outbox.json", [1])])
        await #expect(throws: ArchiveError.tooManyEntries(limit: 20)) { try await unpack(more, limits) }
    }

    @Test(
        "what is no archive, or breaks off, is told as such; whole it is read, also as a gzipped tar with links in it"
    )
    func kinds() async throws {
        await #expect(throws: ArchiveError.noArchive) { try await unpack(Array("Account address\n".utf8)) }
        let noise = (0..<200_000).map { _ in UInt8.random(in: 0...255) }
        let whole = try TestArchive.zip([("outbox.json", noise)])
        #expect(try await unpack(whole).files["outbox.json"] == noise)
        await #expect(throws: ArchiveError.self) { try await unpack(Array(whole.prefix(100_000))) }

        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data([7]).write(to: URL(fileURLWithPath: "\(folder)/outbox.json"))
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/actor.json",
            withDestinationPath: "/etc/passwd"
        )
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/tar")
        tar.arguments = ["-C", folder, "-czf", "\(folder)/a.tgz", "outbox.json", "actor.json"]
        try tar.run()
        tar.waitUntilExit()
        let packed = Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/a.tgz")))
        #expect(try await unpack(packed).files == ["outbox.json": [7]])
    }
}
