import Foundation
import Glibc

/// What processes write to a descriptor, line by line.
public struct OutputLines: Sendable {
    /// The lines, until nobody can write any more.
    public let lines: AsyncStream<String>
    /// What the processes get; closed by whoever has started them.
    public let writer: Int32

    /// No pipe could be made.
    public struct NoPipe: Error {}

    /// Makes the two ends and begins to read.
    public init() throws {
        var ends: [Int32] = [0, 0]
        // Not a pipe: only this is closed in other children from its first instant on.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw NoPipe() }
        let reader = ends[0]
        writer = ends[1]
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        self.lines = lines
        Thread.detachNewThread {
            Self.read(reader) { line.yield($0) }
            line.finish()
        }
    }

    private static func read(_ descriptor: Int32, _ body: (String) -> Void) {
        var rest: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while case let count = Glibc.read(descriptor, &chunk, chunk.count), count > 0 {
            rest += chunk[..<count]
            while let end = rest.firstIndex(of: 0x0A) {
                body(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeSubrange(...end)
            }
        }
        close(descriptor)
    }
}
