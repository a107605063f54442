import Foundation

/// A file that is being uploaded, in a folder of its own; confined to the request that receives it.
public final class IncomingFile {
    private(set) var folder: String?
    private let prepare: () async throws -> String
    private var file: FileHandle?
    private let limits: MediaLimits
    private(set) var format: MediaFormat?
    private var start: [UInt8] = []
    /// The bytes so far.
    public private(set) var count = 0

    /// `prepare`: makes its folder; asked before the first byte is kept.
    init(_ limits: MediaLimits, prepare: @escaping () async throws -> String) {
        self.limits = limits
        self.prepare = prepare
    }

    /// Takes the next bytes.
    ///
    /// - Throws: `MediaError`: as soon as it is clear that the file is of no kind that is taken, or too large for its kind;
    ///   `tooManyUnused` and `diskFull` when there is no room for it; `StorageError`.
    public func write(_ bytes: [UInt8], isolation: isolated (any Actor)? = #isolation) async throws {
        guard !bytes.isEmpty else { return }
        guard bytes.count <= limits.bytes - count else { throw MediaError.tooManyBytes(limit: limits.bytes) }
        if format == nil {
            start += bytes.prefix(MediaFormat.sniffedBytes - start.count)
            if start.count == MediaFormat.sniffedBytes { try recognize() }
        }
        count += bytes.count
        if let format, count > limits.bytes(of: format.kind) {
            throw MediaError.tooManyBytes(limit: limits.bytes(of: format.kind))
        }
        if file == nil {
            let made = try await prepare()
            folder = made
            try open("\(made)/received")
        }
        do {
            try file?.write(contentsOf: bytes)
        } catch {
            throw MediaError.diskFull
        }
    }

    /// Ends it and tells what it is, and where.
    ///
    /// - Throws: `MediaError.unknownFormat`, `diskFull`.
    func finish() throws(MediaError) -> (format: MediaFormat, folder: String, path: String) {
        do {
            try file?.close()
        } catch {
            throw .diskFull
        }
        if format == nil { try recognize() }
        guard let format, let folder else { throw .unknownFormat }
        return (format, folder, "\(folder)/received")
    }

    private func open(_ path: String) throws(MediaError) {
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: nil,
                attributes: [.posixPermissions: 0o600]
            ),
            let file = FileHandle(forWritingAtPath: path)
        else { throw .diskFull }
        self.file = file
    }

    private func recognize() throws(MediaError) {
        guard let found = MediaFormat(start) else { throw .unknownFormat }
        format = found
    }
}
