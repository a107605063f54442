import Domain
import Foundation
import Media

/// An archive whose known entries lie in a folder of ours, as files with numbers for names.
///
/// What an entry is called never becomes a path. All entries are counted and measured, those that are not kept too:
/// passing over them costs as much as reading them.
struct UnpackedArchive {
    /// An entry that cannot be used, and why.
    struct Refused: Sendable {
        let name: String
        let reason: String
    }

    /// The file of each kept entry, by its name.
    private(set) var files: [String: String] = [:]
    /// Entries that were refused; at most a hundred are named.
    private(set) var refused: [Refused] = []

    /// Unpacks the archive at a path into a folder.
    ///
    /// `goesOn`: asked after every few megabytes.
    ///
    /// - Throws: `ArchiveError`, `CancellationError`, and what `goesOn` throws.
    init(
        _ path: String,
        into folder: String,
        limits: ArchiveLimits,
        media: MediaLimits,
        goesOn: () async throws -> Void
    ) async throws {
        let size =
            (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue ?? 0
        let most = limits.unpackedBytes(of: size)
        let reader = try ArchiveReader(path)
        var (entries, bytes, sinceLast) = (0, 0, 0)
        while let name = try reader.next(&entries, limit: limits.entries) {
            try Task.checkCancellation()
            let file = try place(name, in: folder)
            var count = 0
            // Pictures and the like that are larger than any that is taken need not lie on the disk.
            let longest = Self.isMedia(name) ? media.bytes : most
            while true {
                let part = try reader.read()
                if part.isEmpty { break }
                bytes += part.count
                count += part.count
                guard bytes <= most else { throw ArchiveError.tooMuchInside(limit: most) }
                if count <= longest { try Self.write(part, to: file) }
                sinceLast += part.count
                await Task.yield()
                if sinceLast >= 1 << 23 {
                    sinceLast = 0
                    try await goesOn()
                }
            }
            try? file?.close()
            if count > longest {
                refuse(name, "the file is larger than \(longest / 1_048_576) MiB")
                if let path = files.removeValue(forKey: Self.plain(name)) {
                    try? FileManager.default.removeItem(atPath: path)
                }
            }
        }
    }

    /// The file of an entry that a document names: by its name, or by the end of an address that has it.
    func file(named reference: String) -> String? {
        let name = Self.plain(reference)
        if let file = files[name] { return file }
        guard let start = name.range(of: "media_attachments/") else { return nil }
        return files[String(name[start.lowerBound...])]
    }

    /// Opens the file of an entry that is kept; nil for others.
    ///
    /// Of several with one name the first counts.
    private mutating func place(_ name: String, in folder: String) throws -> FileHandle? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.hasPrefix("/"), !name.contains("\\"), !parts.contains("..") else {
            refuse(name, "its name leads out of the archive")
            return nil
        }
        let plain = Self.plain(name)
        guard Self.isDocument(plain) || Self.isMedia(plain), files[plain] == nil else { return nil }
        let path = "\(folder)/entry-\(files.count)"
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: nil,
                attributes: [.posixPermissions: 0o600]
            ),
            let file = FileHandle(forWritingAtPath: path)
        else { throw ArchiveError.diskFull }
        files[plain] = path
        return file
    }

    private mutating func refuse(_ name: String, _ reason: String) {
        if refused.count < 100 { refused.append(Refused(name: name, reason: reason)) }
    }

    private static func write(_ bytes: [UInt8], to file: FileHandle?) throws(ArchiveError) {
        do {
            try file?.write(contentsOf: bytes)
        } catch {
            throw .diskFull
        }
    }

    private static func isDocument(_ name: String) -> Bool {
        ["actor.json", "outbox.json", "bookmarks.json"].contains(name) || ArchiveNames.tables[name] != nil
    }

    private static func isMedia(_ name: String) -> Bool {
        plain(name).hasPrefix("media_attachments/")
    }

    private static func plain(_ name: String) -> String {
        var rest = name[...]
        while rest.hasPrefix("./") || rest.hasPrefix("/") {
            rest = rest.dropFirst(rest.hasPrefix("/") ? 1 : 2)
        }
        return String(rest)
    }
}
