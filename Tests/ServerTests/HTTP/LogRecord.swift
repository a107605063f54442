import Logging
import NIOCore
import Synchronization

/// Keeps log lines for a test to read.
final class LogRecord: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(record: self) }
    }

    private struct Handler: LogHandler {
        let record: LogRecord
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        init(record: LogRecord) {
            self.record = record
        }

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            let fields = all.map { "\($0)=\($1)" }.sorted().joined(separator: " ")
            record.kept.withLock { $0.append("\(event.message) \(fields)") }
        }
    }
}

extension String {
    var buffer: ByteBuffer { ByteBuffer(string: self) }
}
