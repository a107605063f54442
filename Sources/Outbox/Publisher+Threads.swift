import Domain
public import Storage

/// What reading asks for.
extension Publisher {
    /// Has fetched in the background what is missing in a thread that one of ours reads; for nobody else.
    ///
    /// The same is asked for at most once in a while, however often it is read.
    ///
    /// - Throws: `StorageError`.
    public func fetchMissing(in thread: PostThread, for viewer: Viewer) async throws {
        guard let school = viewer.school else { return }
        let errands = thread.errands(for: school)
        guard !errands.isEmpty else { return }
        let now = clock.now()
        // Most of the time there is nothing to write.
        let fresh = try await database.read { try $0.errands.unnoted(errands, at: now) }
        guard !fresh.isEmpty else { return }
        try await database.write { db in
            for errand in fresh { try db.errands.note(errand, at: now) }
        }
    }
}
