import Storage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The place of a database file, symbolic links resolved, so that one file has one name.
struct DatabasePath: Sendable, Hashable {
    /// The absolute path.
    let text: String
    /// The folder that the file is in.
    let folder: String

    /// Resolves a path whose file may not exist yet; its folder must.
    init(_ path: String) throws(StorageError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw .unavailable(reason: "the database's path is empty or not a path")
        }
        var path = path
        // As many links in a row as Linux follows.
        for _ in 0..<40 {
            guard let target = Self.linkTarget(of: path) else { break }
            path = target.utf8.first == UInt8(ascii: "/") ? target : Self.folder(of: path) + "/" + target
        }
        let name = String(
            decoding: path.utf8.reversed().prefix { $0 != UInt8(ascii: "/") }.reversed(),
            as: UTF8.self
        )
        guard !name.isEmpty, name != ".", name != ".." else {
            throw .unavailable(reason: "\(path) names no file")
        }
        guard let resolved = realpath(Self.folder(of: path), nil) else {
            throw .unavailable(reason: "\(path): \(Self.errorText(errno))")
        }
        defer { free(resolved) }
        folder = String(cString: resolved)
        text = folder == "/" ? "/" + name : folder + "/" + name
    }

    /// Creates an empty file for its owner only; one that is there is left as it is.
    ///
    /// SQLite gives the log files beside it the same mode.
    func createFile() throws(StorageError) {
        let descriptor = open(text, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { return }
            throw .unavailable(reason: "\(text): \(Self.errorText(errno))")
        }
        close(descriptor)
    }

    /// The size of a file in bytes; nil when there is none.
    func size(suffix: String = "") -> Int64? {
        var status = stat()
        guard stat(text + suffix, &status) == 0 else { return nil }
        return Int64(status.st_size)
    }

    /// Makes a file's bytes, or a folder's names, durable.
    static func sync(_ path: String) throws(StorageError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unavailable(reason: "\(path): \(errorText(errno))") }
        let code = fsync(descriptor)
        let number = errno
        close(descriptor)
        guard code == 0 else { throw .unavailable(reason: "\(path): \(errorText(number))") }
    }

    /// Describes an error number.
    static func errorText(_ number: Int32) -> String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
    }

    private static func linkTarget(of path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(path, &buffer, buffer.count)
        guard length > 0 else { return nil }
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
