public import Domain
import Foundation
import NIOPosix
import Storage
public import Transport

/// Shows peers' pictures, films and recordings: fetched when somebody looks at them, kept for a while.
///
/// An address is asked for once at a time, however many look; all together a few at a time, so that memory is bounded. What
/// could not be had is remembered, so that looking again asks nobody.
public actor RemoteMedia {
    /// How much is kept, and for how long.
    public struct Limits: Sendable {
        /// The bytes of all copies.
        public var bytes: Int64 = 1_024 * 1_048_576
        /// After how long a copy goes, and is fetched anew if somebody looks.
        public var age = Span.days(14)
        /// The bytes of one file; a larger one stays at its home.
        public var fileBytes = 24 * 1_048_576
        /// How many are fetched at the same time.
        public var atOnce = 4
        /// How many may wait for that.
        public var waiting = 64

        /// Makes the limits with their defaults.
        public init() {}
    }

    private let library: MediaLibrary
    private let database: any SQLDatabase
    private let store: any MediaStore
    private let fetcher: RemoteFetcher
    private let limits: Limits
    private let bench: WorkBench
    private let ids: IDGenerator
    private let clock: any WallClock
    private var underWay: [URI: Task<RemoteFile?, Never>] = [:]

    /// `library`: for files of the instance's other schools; copies are kept in its store.
    public init(
        library: MediaLibrary,
        client: TransportClient,
        limits: Limits = Limits(),
        ids: IDGenerator,
        clock: any WallClock = SystemClock()
    ) {
        self.library = library
        database = library.database
        store = library.store
        fetcher = RemoteFetcher(database: library.database, client: client, maximumBytes: limits.fileBytes)
        self.limits = limits
        bench = WorkBench(workers: limits.atOnce, waiting: limits.waiting)
        self.ids = ids
        self.clock = clock
    }

    /// Finds what is shown under an address that a school has signed; nil when it has not, or the file cannot be had.
    ///
    /// - Throws: `StorageError`.
    public func find(_ signature: String, _ address: String, at school: School) async throws -> MediaLibrary
        .Served?
    {
        guard let url = RemoteAddress.read(signature, address, at: school)?.withoutFragment else {
            return nil
        }
        if let home = try await database.read({ try $0.schools.find(host: url.host) }) {
            return try await library.find(path: url.target, at: home.id)
        }
        let now = clock.now()
        let (known, isBlocked) = try await database.read { db in
            (try db.remoteFiles.find(url), try db.partners.isBlocked(url.host))
        }
        if isBlocked { return nil }
        if let known, now - known.fetchedAt < limits.age {
            if let served = await open(known) {
                if now - known.usedAt >= .hours(1) {
                    try await database.write { try $0.remoteFiles.touch(known.id, at: now) }
                }
                return served
            }
            if known.copy == nil, let again = known.againAt, again > now { return nil }
        }
        return await fetch(url)
    }

    private func open(_ known: RemoteFile) async -> MediaLibrary.Served? {
        guard let copy = known.copy, let file = await store.open(copy.file) else { return nil }
        return MediaLibrary.Served(
            file: file,
            mediaType: copy.mediaType,
            tag: String(copy.file.prefix(32)),
            isForEverybody: false,
            isForGood: false
        )
    }

    /// Fetches it, or waits for whoever does already; whoever goes away meanwhile does not end it for the others.
    private func fetch(_ url: URI) async -> MediaLibrary.Served? {
        let task: Task<RemoteFile?, Never>
        if let begun = underWay[url] {
            task = begun
        } else {
            task = Task { await self.fetchForAll(url) }
            underWay[url] = task
        }
        guard let file = await task.value else { return nil }
        return await open(file)
    }

    private func fetchForAll(_ url: URI) async -> RemoteFile? {
        defer { underWay[url] = nil }
        // Whoever was at it a moment ago may have fetched it since it was looked up.
        if let known = try? await database.read({ try $0.remoteFiles.find(url) }), await isCurrent(known) {
            return known
        }
        return try? await fetchAndKeep(url)
    }

    private func isCurrent(_ known: RemoteFile) async -> Bool {
        let now = clock.now()
        guard now - known.fetchedAt < limits.age else { return false }
        return known.copy == nil ? known.againAt.map { $0 > now } ?? false : await open(known) != nil
    }

    private func fetchAndKeep(_ url: URI) async throws -> RemoteFile? {
        let fetched = try await Self.ask(url, fetcher, bench)
        let now = clock.now()
        var file = RemoteFile(id: ids.next(), url: url, copy: nil, fetchedAt: now, usedAt: now)
        switch fetched {
        case .file(let bytes, let format):
            guard await hasRoom(for: bytes.count) else { return nil }
            file.copy = RemoteFile.Copy(
                file: try await keep(bytes),
                mediaType: format.mediaType,
                size: Int64(bytes.count)
            )
        case .nothing: file.againAt = now + .days(1)
        case .later: file.againAt = now + .minutes(5)
        case .cancelled: return nil
        }
        let (recorded, limit) = (file, limits.bytes)
        let gone = try await database.write { db in
            try db.remoteFiles.record(recorded)
            return try db.remoteFiles.shrink(to: limit)
        }
        await discard(gone)
        return file
    }

    private nonisolated static func ask(_ url: URI, _ fetcher: RemoteFetcher, _ bench: WorkBench)
        async throws(MediaError) -> RemoteFetcher.Outcome
    {
        try await bench.work { () async throws(MediaError) in await fetcher.fetch(url) }
    }

    private func hasRoom(for count: Int) async -> Bool {
        guard let free = await store.freeBytes() else { return true }
        return free >= library.limits.reservedBytes + Int64(count)
    }

    private func keep(_ bytes: [UInt8]) async throws -> String {
        let folder = try await store.makeWorkFolder()
        do {
            let path = "\(folder)/received"
            try await NIOThreadPool.singleton.runIfActive {
                guard
                    FileManager.default.createFile(
                        atPath: path,
                        contents: Data(bytes),
                        attributes: [.posixPermissions: 0o600]
                    )
                else { throw MediaError.diskFull }
            }
            let file = try await store.keep(path)
            await store.removeWorkFolder(folder)
            return file
        } catch {
            await store.removeWorkFolder(folder)
            throw error
        }
    }

    private func discard(_ files: [String]) async {
        let database = database
        for file in files {
            // What is not removed now, the next sweep removes.
            try? await store.discard(file) { file in
                try await database.read { try $0.uploads.needs(file: file) }
            }
        }
    }

    /// Removes copies that are too old, and what is over the bound when that was made smaller.
    ///
    /// - Throws: `StorageError`.
    public func tidy() async throws {
        let (time, batch, limit) = (clock.now() - limits.age, 500, limits.bytes)
        while !Task.isCancelled {
            let removed = try await database.write { db in
                try db.remoteFiles.removeAll(fetchedBefore: time, limit: batch)
            }
            await discard(removed.files)
            if removed.count < batch { break }
        }
        await discard(try await database.write { try $0.remoteFiles.shrink(to: limit) })
    }
}
