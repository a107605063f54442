/// Ends work that takes too long.
public enum Deadline {
    /// Runs a body and cancels it after a time; what it threw because of that is left out.
    ///
    /// - Returns: nil when the time was over first.
    /// - Throws: what the body throws in time.
    public static func run<Value: Sendable>(
        within time: Duration,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: time)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
