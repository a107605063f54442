import Crypto
import Foundation
import NIOPosix

/// Where files are kept: a folder that all processes of an instance share, or something that does the same elsewhere.
///
/// Files are found by the SHA-256 of their bytes, so that the same picture is kept once. Nothing is ever changed in place.
public protocol MediaStore: Sendable {
    /// Makes an empty folder on this machine, to work on one upload in.
    ///
    /// - Throws: `MediaError.diskFull`.
    func makeWorkFolder() async throws(MediaError) -> String
    /// Removes such a folder with all that is in it.
    func removeWorkFolder(_ path: String) async
    /// Keeps a file for good: once this returns, a crash does not lose it.
    ///
    /// - Returns: the SHA-256 of its bytes in hexadecimal.
    /// - Throws: `MediaError.diskFull`, with nothing kept.
    func keep(_ path: String) async throws(MediaError) -> String
    /// Opens a kept file; nil when there is none.
    func open(_ file: String) async -> (any StoredFile)?
    /// How many bytes may still be written; nil when that cannot be known.
    func freeBytes() async -> Int64?
    /// Removes what nothing needs and what was left in the middle, once it is older than a number of seconds.
    func sweep(olderThan seconds: Int, isNeeded: @Sendable (String) async throws -> Bool) async throws
    /// Removes a file that nothing needs any more, unless it was kept within the last minute: that may be for something new.
    func discard(_ file: String, isNeeded: @Sendable (String) async throws -> Bool) async throws
}

/// A kept file that is open; closed when it is released.
public protocol StoredFile: Sendable {
    /// In bytes.
    var size: Int { get }
    /// Reads some bytes; fewer only at the end.
    ///
    /// - Throws: when the disk fails.
    func read(at offset: Int, count: Int) async throws -> [UInt8]
}

/// A folder of files: `ab/abcdef...` by their hash, and `work` for uploads that are being received.
public struct MediaFolder: MediaStore {
    private let path: String

    /// Keeps files in a folder, which is made with the first of them; only the server's own user may read it.
    ///
    /// - Throws: when there is something else of that name, or it may not be written to.
    public init(_ path: String) throws {
        self.path = path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: self.path, isDirectory: &isFolder) {
            guard isFolder.boolValue, access(self.path, W_OK) == 0 else {
                throw CocoaError(.fileWriteNoPermission)
            }
        }
    }

    /// Makes a folder to work in.
    public func makeWorkFolder() async throws(MediaError) -> String {
        let folder = "\(path)/work/\(UUID().uuidString)"
        try await blocking { try Self.makeFolder(folder) }
        return folder
    }

    /// Removes a folder to work in.
    public func removeWorkFolder(_ path: String) async {
        _ = try? await blocking { try FileManager.default.removeItem(atPath: path) }
    }

    /// Keeps a file by moving it, or a copy, to its place.
    public func keep(_ source: String) async throws(MediaError) -> String {
        let root = path
        return try await blocking {
            let hash = try Self.hash(of: source)
            let folder = "\(root)/\(hash.prefix(2))"
            try Self.makeFolder(folder)
            // Even over the same file: its new date tells whoever sweeps that it is needed again.
            guard rename(source, "\(folder)/\(hash)") == 0 else { throw CocoaError(.fileWriteUnknown) }
            try Self.synchronize(folder)
            try Self.synchronize(root)
            return hash
        }
    }

    /// Opens a kept file.
    public func open(_ file: String) async -> (any StoredFile)? {
        guard Self.isHash(file) else { return nil }
        let place = "\(path)/\(file.prefix(2))/\(file)"
        return try? await blocking { try LocalFile(place) }
    }

    /// How much the disk has room for.
    public func freeBytes() async -> Int64? {
        var numbers = statvfs()
        // Before there is a file in it there may be no folder.
        let place = access(path, F_OK) == 0 ? path : (path as NSString).deletingLastPathComponent
        guard statvfs(place, &numbers) == 0 else { return nil }
        let (bytes, overflows) = UInt64(numbers.f_bavail).multipliedReportingOverflow(
            by: UInt64(numbers.f_frsize)
        )
        return overflows ? .max : Int64(clamping: bytes)
    }

    /// Sweeps the folder.
    public func sweep(olderThan seconds: Int, isNeeded: @Sendable (String) async throws -> Bool) async throws
    {
        let root = path
        guard access(root, F_OK) == 0 else { return }
        let (folders, left) = try await blocking {
            let names = try FileManager.default.contentsOfDirectory(atPath: root).filter {
                $0.utf8.count == 2
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: "\(root)/work")
            return (names, left.map { "\(root)/work/\($0)" })
        }
        for item in left where Self.age(of: item).map({ $0 > Double(seconds) }) ?? false {
            await removeWorkFolder(item)
        }
        for folder in folders {
            let names = try await blocking {
                try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)").filter(Self.isHash)
            }
            for name in names where !Task.isCancelled {
                try await sweep(name, in: "\(root)/\(folder)", Double(seconds), isNeeded)
            }
        }
    }

    /// Removes a file.
    public func discard(_ file: String, isNeeded: @Sendable (String) async throws -> Bool) async throws {
        guard Self.isHash(file), access("\(path)/\(file.prefix(2))/\(file)", F_OK) == 0 else { return }
        try await blocking { [path] in try Self.makeFolder("\(path)/work") }
        try await sweep(file, in: "\(path)/\(file.prefix(2))", 60, isNeeded)
    }

    /// Takes a file out of its place before it is looked up for the last time: one that is kept again in between is
    /// written anew, or has a new date and goes back.
    private func sweep(
        _ name: String,
        in folder: String,
        _ seconds: Double,
        _ isNeeded: @Sendable (String) async throws -> Bool
    ) async throws {
        let place = "\(folder)/\(name)"
        guard let age = Self.age(of: place), age > seconds, try await !isNeeded(name) else { return }
        let aside = "\(path)/work/\(name)"
        guard rename(place, aside) == 0 else { return }
        let isYoung = Self.age(of: aside).map { $0 <= seconds } ?? false
        // When it cannot be asked it goes back, too.
        let isStillNeeded = (try? await isNeeded(name)) ?? true
        if isYoung || isStillNeeded {
            if link(aside, place) != 0, errno != EEXIST { return }
        }
        _ = unlink(aside)
    }

    private func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws(MediaError) -> Value {
        do {
            return try await NIOThreadPool.singleton.runIfActive(body)
        } catch let error as MediaError {
            throw error
        } catch {
            throw .diskFull
        }
    }

    private static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    /// Hashes a file and has it written to the disk.
    private static func hash(of path: String) throws -> String {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var hash = SHA256()
        while let part = try file.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
        try file.synchronize()
        return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Has the names in a folder written to the disk.
    private static func synchronize(_ folder: String) throws {
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    private static func isHash(_ name: String) -> Bool {
        name.utf8.count == 64
            && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// In seconds since it was last kept or begun.
    private static func age(of path: String) -> Double? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Date().timeIntervalSince1970 - Double(status.st_mtim.tv_sec)
    }
}

/// An open file of the folder.
private final class LocalFile: StoredFile {
    let size: Int
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        var status = stat()
        guard descriptor >= 0 else { throw CocoaError(.fileNoSuchFile) }
        guard fstat(descriptor, &status) == 0 else {
            close(descriptor)
            throw CocoaError(.fileReadUnknown)
        }
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    func read(at offset: Int, count: Int) async throws -> [UInt8] {
        let descriptor = descriptor
        return try await NIOThreadPool.singleton.runIfActive { [self] in
            try withExtendedLifetime(self) {
                try [UInt8](unsafeUninitializedCapacity: count) { room, filled in
                    while filled < count {
                        let number = pread(
                            descriptor,
                            room.baseAddress?.advanced(by: filled),
                            count - filled,
                            offset + filled
                        )
                        if number < 0, errno == EINTR { continue }
                        guard number >= 0 else { throw CocoaError(.fileReadUnknown) }
                        if number == 0 { break }
                        filled += number
                    }
                }
            }
        }
    }
}
