import Foundation
import Testing

@testable import Vocabulary

/// Real documents of other software, where this machine has them.
@Suite("Documents of others")
struct CorpusTests {
    private static let folder = URL(filePath: "/work/shared/data")
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Fixtures")
    private static let sets = ["fedify-fixtures", "bovine", "wordpress", "as2-test-documents"]

    static func files(below folder: URL) -> [URL] {
        guard let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else {
            return []
        }
        return found.compactMap { $0 as? URL }.filter { $0.pathExtension == "json" }
    }

    /// Skipped, and listed as skipped, where the documents are not: they are not ours to copy all.
    @Test(
        "every document is read, or refused with a reason",
        .enabled(
            if: FileManager.default.fileExists(atPath: folder.path),
            "there is no /work/shared/data here"
        ),
        arguments: sets
    )
    func corpus(_ name: String) throws {
        let files = Self.files(below: Self.folder.appending(path: name))
        #expect(!files.isEmpty)
        for file in files { try read(Array(try Data(contentsOf: file)), file.lastPathComponent) }
    }

    @Test("documents of the ActivityStreams specification are read whole, wherever the tests run")
    func specification() throws {
        let files = Self.files(below: Self.fixtures.appending(path: "activitystreams"))
        #expect(files.count == 8)
        for file in files {
            let bytes = Array(try Data(contentsOf: file))
            try read(bytes, file.lastPathComponent)
            #expect(try JSONParser.parse(bytes).object?["type"] != nil, "\(file.lastPathComponent)")
        }
    }

    @Test("our own documents of peers are all readable")
    func fixtures() throws {
        let files = Self.files(below: Self.fixtures.appending(path: "peers"))
            .filter { $0.lastPathComponent != "expected.json" }
        #expect(files.count >= 120)
        for file in files {
            let value = try JSONParser.parse(Array(try Data(contentsOf: file)))
            let object = try #require(value.object)
            #expect(try Activity(object).id != nil, "\(file.lastPathComponent)")
        }
    }

    /// Reads a document as everything it could be taken for.
    private func read(_ bytes: [UInt8], _ name: String) throws {
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes)
        } catch {
            return #expect(!"\(error)".isEmpty, "\(name)")
        }
        for object in [value.object, value.object?["object"]?.object].compactMap({ $0 }) {
            do {
                _ = try Actor(object)
                _ = try Activity(object)
                let note = try NoteObject(object)
                #expect(note.hashtags.count <= NoteObject.maximumTags)
            } catch {
                #expect(!"\(error)".isEmpty, "\(name)")
            }
            let again = try JSONParser.parse(JSONWriter.write(.object(object)))
            #expect(again == .object(object), "\(name)")
        }
    }
}

@Suite("Large documents (PAR-06)")
struct LargeDocumentTests {
    @Test("a string of a megabyte, 100,000 keys and 500,000 elements are read whole, each once")
    func large() throws {
        let text = String(repeating: "x", count: 1_000_000)
        #expect(
            try JSONParser.parse(Array(#"{"content":"\#(text)"}"#.utf8)).object?["content"]?.string == text
        )
        let keys = (0..<100_000).map { #""k\#($0)":1"# }.joined(separator: ",")
        let object = try #require(try JSONParser.parse(Array("{\(keys)}".utf8)).object)
        #expect(object.count == 100_000 && object["k99999"]?.integer == 1 && object["k100000"] == nil)
        let elements = String(repeating: "1,", count: 499_999) + "1"
        let list = try JSONParser.parse(Array(#"{"type":"Note","to":[\#(elements)]}"#.utf8))
        #expect(list.object?["to"]?.array?.count == 500_000)
    }

    @Test("of huge lists only so many entries are looked at")
    func bounded() throws {
        let many = JSONValue.array((0..<100_000).map { .string("https://a.example/\($0)") })
        let tags = JSONValue.array((0..<100_000).map { ["type": "Hashtag", "name": .string("#t\($0)")] })
        let note = try NoteObject([
            "id": "https://a.example/1", "type": "Note", "to": many, "cc": many, "tag": tags,
        ])
        #expect(note.to.count == Activity.maximumRecipients && note.cc.count == Activity.maximumRecipients)
        #expect(note.tags.count == NoteObject.maximumTags)
        let keys = JSONValue.array((0..<100_000).map { ["id": .string("k\($0)"), "publicKeyPem": "x"] })
        #expect(try Actor(["type": "Person", "publicKey": keys]).publicKeys.count == Actor.maximumKeys)
    }

    @Test("of several types the first that can be shown counts")
    func types() throws {
        #expect(try NoteObject(["type": ["Zap", "Note"]]).type == "Note")
        #expect(try NoteObject(["type": ["Zap", "Note"]]).isShown)
        #expect(try !NoteObject(["type": ["Zap", "Zip"]]).isShown)
    }
}
