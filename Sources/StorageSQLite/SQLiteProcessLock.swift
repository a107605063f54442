public import Storage
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Says that this process serves a database; a second `serve` on the same file is refused.
///
/// The lock is on `PATH.lock` beside the file and ends with the process, however that ends. The lock file stays.
/// Commands write to a served database without it: SQLite's own locks take care of them.
public final class SQLiteProcessLock: Sendable {
    private let descriptor: Mutex<Int32?>

    private init(descriptor: Int32) { self.descriptor = Mutex(descriptor) }

    deinit { release() }

    /// Takes the lock without waiting; two names of one file by symbolic links share it.
    ///
    /// - Throws: `StorageError.locked` with the holder's process id as its lock file has it;
    ///   `StorageError.unavailable` when the lock file cannot be written.
    public static func acquire(forDatabaseAt path: String) throws(StorageError) -> SQLiteProcessLock {
        let path = try DatabasePath(path).text
        let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .unavailable(reason: "\(path).lock: \(DatabasePath.errorText(errno))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            let holder = readProcessID(descriptor)
            close(descriptor)
            guard number == EWOULDBLOCK else {
                throw .unavailable(reason: "\(path).lock: \(DatabasePath.errorText(number))")
            }
            throw .locked(path: path, processID: holder)
        }
        let lock = SQLiteProcessLock(descriptor: descriptor)
        let text = Array("\(getpid())\n".utf8)
        // Only a help for the message: on a full disk the lock holds without it.
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
        return lock
    }

    /// Gives the lock back; deallocation does it too.
    public func release() {
        descriptor.withLock { descriptor in
            if let open = descriptor { close(open) }
            descriptor = nil
        }
    }

    private static func readProcessID(_ descriptor: Int32) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let length = pread(descriptor, &buffer, buffer.count, 0)
        guard length > 0 else { return nil }
        return Int32(String(decoding: buffer[..<length].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
