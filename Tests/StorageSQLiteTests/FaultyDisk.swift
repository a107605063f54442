import Foundation
import GRDBSQLite
import Synchronization

/// Makes SQLite's own writes fail for files whose path contains a text.
///
/// SQLite lets its system calls be replaced; every other file is written as before.
enum FaultyDisk {
    private static let faults = Mutex<[String: Int32]>([:])

    /// Lets writes to files whose path contains `part` fail with a system error number, until `nil`.
    static func fail(_ part: String, with number: Int32?) {
        _ = installed
        faults.withLock { $0[part] = number }
    }

    fileprivate static func fault(of descriptor: Int32) -> Int32? {
        faults.withLock { faults in
            guard !faults.isEmpty,
                let path = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/self/fd/\(descriptor)"
                )
            else { return nil }
            return faults.first { path.contains($0.key) }?.value
        }
    }

    private static let installed: Void = {
        guard let vfs = sqlite3_vfs_find(nil) else { return }
        let call: PositionedWrite = { descriptor, bytes, count, offset in
            if let number = FaultyDisk.fault(of: descriptor) {
                errno = number
                return -1
            }
            return pwrite(descriptor, bytes, count, offset)
        }
        let plain: PlainWrite = { descriptor, bytes, count in
            if let number = FaultyDisk.fault(of: descriptor) {
                errno = number
                return -1
            }
            return write(descriptor, bytes, count)
        }
        for name in ["pwrite", "pwrite64"] where vfs.pointee.xGetSystemCall(vfs, name) != nil {
            _ = vfs.pointee.xSetSystemCall(vfs, name, unsafeBitCast(call, to: sqlite3_syscall_ptr.self))
        }
        _ = vfs.pointee.xSetSystemCall(vfs, "write", unsafeBitCast(plain, to: sqlite3_syscall_ptr.self))
    }()
}

private typealias PositionedWrite = @convention(c) (Int32, UnsafeRawPointer?, Int, off_t) -> Int
private typealias PlainWrite = @convention(c) (Int32, UnsafeRawPointer?, Int) -> Int
