import Foundation

/// A file that is being sent to be imported; confined to the request that receives it.
public final class ArchiveUpload {
    private let path: String
    private let limit: Int
    private let makeSure: () async throws -> Void
    private var file: FileHandle?
    /// The bytes so far.
    public private(set) var count = 0

    /// `makeSure`: asked before the first byte and after every few megabytes; throws when there is no room.
    init(_ path: String, limit: Int, makeSure: @escaping () async throws -> Void) {
        self.path = path
        self.limit = limit
        self.makeSure = makeSure
    }

    /// Takes the next bytes.
    ///
    /// - Throws: `ArchiveError.tooLarge`, `diskFull`.
    public func write(_ bytes: [UInt8], isolation: isolated (any Actor)? = #isolation) async throws {
        guard bytes.count <= limit - count else { throw ArchiveError.tooLarge(limit: limit) }
        if file == nil || count >> 23 != (count + bytes.count) >> 23 { try await makeSure() }
        count += bytes.count
        if file == nil {
            guard
                FileManager.default.createFile(
                    atPath: path,
                    contents: nil,
                    attributes: [.posixPermissions: 0o600]
                )
            else { throw ArchiveError.diskFull }
            file = FileHandle(forWritingAtPath: path)
        }
        do {
            guard let file else { throw ArchiveError.diskFull }
            try file.write(contentsOf: bytes)
        } catch {
            throw ArchiveError.diskFull
        }
    }

    /// - Throws: `ArchiveError.diskFull`.
    func finish() throws(ArchiveError) {
        do {
            try file?.close()
        } catch {
            throw .diskFull
        }
    }
}
