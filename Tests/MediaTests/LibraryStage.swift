import Domain
import Foundation
import Storage
import TestKit

@testable import Media

/// A library with a folder of its own, of an account.
struct LibraryStage {
    let instance: TestInstance
    let library: MediaLibrary
    let store: MediaFolder
    let folder: String
    let school: School
    let ada: Account

    static func use(
        _ limits: MediaLimits = MediaLimits(),
        _ body: (LibraryStage) async throws -> Void
    ) async throws {
        try await TestInstance.use { instance in
            let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let school = try await instance.addSchool("https://school.test")
            let store = try MediaFolder(folder)
            let library = MediaLibrary(
                database: instance.database,
                store: store,
                limits: limits,
                ids: instance.ids,
                clock: instance.clock
            )
            try await body(
                LibraryStage(
                    instance: instance,
                    library: library,
                    store: store,
                    folder: folder,
                    school: school,
                    ada: try await instance.addPerson("ada", at: school)
                )
            )
        }
    }

    /// Uploads bytes in pieces.
    func upload(_ bytes: [UInt8]) async throws -> Upload {
        try await library.receive(for: ada.id) { file in
            for start in stride(from: 0, to: bytes.count, by: 1_000) {
                try await file.write(Array(bytes[start..<min(start + 1_000, bytes.count)]))
            }
            return try await library.add(file, for: ada.id)
        }
    }

    /// The bytes that are served.
    func bytes(of upload: Upload, isPreview: Bool = false) async throws -> [UInt8]? {
        guard let served = try await library.find(upload.key, isPreview: isPreview, at: school.id) else {
            return nil
        }
        return try await served.file.read(at: 0, count: served.file.size)
    }

    /// The names of all files in the folder.
    var files: [String] {
        FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }
            .filter { $0.utf8.count > 60 } ?? []
    }

    /// Makes every file older.
    func age(by seconds: Double) throws {
        for file in files {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -seconds)],
                ofItemAtPath: "\(folder)/\(file)"
            )
        }
    }
}

extension [UInt8] {
    func contains(text: String) -> Bool { Data(self).range(of: Data(text.utf8)) != nil }
}
