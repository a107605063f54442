import Domain
import Foundation
import TestKit
import Vocabulary

/// A folder of `Tests/Fixtures/peers`: documents of one software, and what is to become of each.
struct FixtureCase: Sendable {
    /// What a document stands for when it is read.
    struct Step: Sendable {
        /// The document's name.
        let document: String
        /// Which actor sends it; the first one unless it says otherwise.
        let by: String?
        /// Why nothing becomes of it.
        let ignored: String?
        /// What is expected besides.
        let expected: JSONObject
    }

    /// The software.
    let software: String
    /// Its actors.
    let actors: [JSONObject]
    /// The documents that its server answers with.
    let served: [String]
    /// The documents that it sends, in order.
    let steps: [Step]

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Fixtures/peers")

    /// The names of the folders that are there.
    static func folders() throws -> Set<String> {
        let found = try FileManager.default.contentsOfDirectory(
            at: folder,
            includingPropertiesForKeys: [.isDirectoryKey]
        )
        return Set(
            try found.filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory ?? false }
                .map(\.lastPathComponent)
        )
    }

    /// The names of a folder's documents.
    static func documents(of software: String) throws -> Set<String> {
        let files = try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: software),
            includingPropertiesForKeys: nil
        )
        return Set(
            files.filter { $0.pathExtension == "json" }.map { $0.deletingPathExtension().lastPathComponent }
        )
    }

    /// Reads a folder's table, with a peer's origin and a local actor and post in it.
    init(_ software: String, on peer: FakePeer, local: URI, post: URI) throws {
        let table = try peer.fixture("\(software)/expected", local: local, post: post)
        self.software = software
        actors = (table["actors"]?.array ?? []).compactMap(\.object)
        served = (table["served"]?.array ?? []).compactMap(\.string)
        steps = (table["steps"]?.array ?? []).compactMap(\.object).map { step in
            Step(
                document: step["document"]?.string ?? "",
                by: step["by"]?.string,
                ignored: step["ignored"]?.string,
                expected: step
            )
        }
    }
}
