import Storage

/// One caller's write while it waits, its type of result hidden.
struct WriteJob: Sendable {
    /// Runs the caller's closure; what it gives back resumes the caller with the result.
    let attempt: @Sendable (any SQLConnection) throws -> Settlement
    /// Resumes the caller with an error.
    let fail: @Sendable (any Error) -> Void

    /// Resumes the caller; called exactly once for each job, after the commit is decided.
    typealias Settlement = @Sendable () -> Void

    /// Wraps a closure and the continuation of whoever waits for it.
    init<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value,
        _ continuation: CheckedContinuation<Value, any Error>
    ) {
        attempt = { connection in
            let value = try body(connection)
            return { continuation.resume(returning: value) }
        }
        fail = { continuation.resume(throwing: $0) }
    }
}
