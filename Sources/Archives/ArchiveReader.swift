import CArchive

/// Reads a ZIP or tar archive, entry by entry; confined to whoever opens it.
///
/// What an entry is called is told and never used as a path.
final class ArchiveReader {
    /// The bytes that are read at a time.
    private static let chunk = 1 << 16

    private let archive: OpaquePointer

    /// Opens a file.
    ///
    /// - Throws: `ArchiveError.noArchive`.
    init(_ path: String) throws(ArchiveError) {
        guard let archive = carchive_open(path) else { throw .noArchive }
        self.archive = archive
    }

    deinit { carchive_close(archive) }

    /// Goes to the next plain file; nil at the end.
    ///
    /// Whatever is no plain file is counted and passed over.
    ///
    /// `count`: how many entries there were, this one too.
    ///
    /// - Throws: `ArchiveError.unreadable`; `tooManyEntries` above a limit.
    func next(_ count: inout Int, limit: Int) throws(ArchiveError) -> String? {
        var entry = CArchiveEntry()
        while true {
            switch carchive_next(archive, &entry) {
            case 0: return nil
            case 1: break
            // What does not begin like an archive shows only now.
            default: throw count == 0 ? .noArchive : .unreadable
            }
            count += 1
            guard count <= limit else { throw .tooManyEntries(limit: limit) }
            guard entry.is_file != 0 else { continue }
            return withUnsafeBytes(of: &entry.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
    }

    /// Reads the next bytes of the entry; empty at its end.
    ///
    /// - Throws: `ArchiveError.unreadable`.
    func read() throws(ArchiveError) -> [UInt8] {
        var count: Int64 = -1
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunk) { room, filled in
            guard let start = room.baseAddress else { return }
            count = carchive_read(archive, start, Self.chunk)
            filled = max(0, Int(count))
        }
        guard count >= 0 else { throw .unreadable }
        return bytes
    }
}
