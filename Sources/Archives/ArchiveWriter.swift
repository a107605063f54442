import CArchive

/// Writes a ZIP archive to a file, entry by entry; confined to whoever makes it.
///
/// Sizes need not be known before: what is written goes to the disk at once, so that memory does not grow with it.
final class ArchiveWriter {
    private let archive: OpaquePointer
    private var isOpen = true

    /// Creates the file.
    ///
    /// - Throws: `ArchiveError.diskFull` when it cannot be made.
    init(_ path: String) throws(ArchiveError) {
        guard let archive = carchive_create(path) else { throw .diskFull }
        self.archive = archive
    }

    deinit {
        if isOpen { _ = carchive_finish(archive) }
    }

    /// Begins an entry; ends the one before.
    ///
    /// `seconds`: its date, since 1970.
    ///
    /// - Throws: `ArchiveError.diskFull`.
    func begin(_ name: String, at seconds: Int64) throws(ArchiveError) {
        guard carchive_begin(archive, name, seconds) == 0 else { throw .diskFull }
    }

    /// Writes bytes of the entry.
    ///
    /// - Throws: `ArchiveError.diskFull`.
    func write(_ bytes: [UInt8]) throws(ArchiveError) {
        if bytes.isEmpty { return }
        guard
            bytes.withUnsafeBytes({ room in room.baseAddress.map { carchive_write(archive, $0, room.count) } }
            ) == 0
        else { throw .diskFull }
    }

    /// Writes text.
    ///
    /// - Throws: `ArchiveError.diskFull`.
    func write(_ text: String) throws(ArchiveError) { try write(Array(text.utf8)) }

    /// Ends the archive.
    ///
    /// - Throws: `ArchiveError.diskFull` when not all of it is in the file.
    func finish() throws(ArchiveError) {
        isOpen = false
        guard carchive_finish(archive) == 0 else { throw .diskFull }
    }
}
