import Foundation

/// Reads a file of ours in parts, so that its size does not matter.
///
/// - Throws: `ArchiveError.unreadable` when the disk fails, and what the body throws.
func forEachPart(of path: String, _ body: ([UInt8]) async throws -> Void) async throws {
    guard let file = FileHandle(forReadingAtPath: path) else { throw ArchiveError.unreadable }
    defer { try? file.close() }
    while true {
        let part: Data?
        do {
            part = try file.read(upToCount: 1 << 16)
        } catch {
            throw ArchiveError.unreadable
        }
        guard let part, !part.isEmpty else { return }
        try await body(Array(part))
    }
}
