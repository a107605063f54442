public import Domain
import Foundation
public import Storage

/// Takes uploads in, makes of them what is kept, and finds it again.
public struct MediaLibrary: Sendable {
    /// How large uploads may be.
    public let limits: MediaLimits
    let database: any SQLDatabase
    let store: any MediaStore
    private let processor: ImageProcessor
    private let bench: WorkBench
    private let ids: IDGenerator
    private let clock: any WallClock

    /// Puts a library together.
    public init(
        database: any SQLDatabase,
        store: any MediaStore,
        limits: MediaLimits = MediaLimits(),
        ids: IDGenerator,
        clock: any WallClock = SystemClock()
    ) {
        self.database = database
        self.store = store
        self.limits = limits
        self.ids = ids
        self.clock = clock
        processor = ImageProcessor(limits: limits)
        bench = WorkBench(workers: limits.workers, waiting: limits.waiting)
    }

    /// Receives one file: the body writes it; `add` makes an upload of it; whatever is left of it is removed.
    ///
    /// - Throws: what the body throws.
    public func receive<Value>(
        for account: Account.ID,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (IncomingFile) async throws -> Value
    ) async throws -> Value {
        let file = IncomingFile(limits) {
            try await refuseWithoutRoom(for: account)
            return try await store.makeWorkFolder()
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(file))
        } catch {
            result = .failure(error)
        }
        if let folder = file.folder { await store.removeWorkFolder(folder) }
        return try result.get()
    }

    private func refuseWithoutRoom(for account: Account.ID) async throws {
        let unused = try await database.read { try $0.uploads.unused(of: account) }
        guard unused.count < limits.unusedCount, unused.bytes < limits.unusedBytes else {
            throw MediaError.tooManyUnused
        }
        if let free = await store.freeBytes(), free < limits.reservedBytes + Int64(limits.bytes) {
            throw MediaError.diskFull
        }
    }

    /// Makes an upload of a received file: ready to be served, and durable, when this returns.
    ///
    /// `description`: cut to what a description may have.
    /// `portrait`: what it is to be, which cuts a picture to that shape, and takes nothing else.
    ///
    /// - Throws: `MediaError`, `StorageError`.
    public func add(
        _ received: IncomingFile,
        for account: Account.ID,
        description: String = "",
        focus: Post.Attachment.Focus? = nil,
        as portrait: Upload.Portrait? = nil
    ) async throws -> Upload {
        let (format, folder, path) = try received.finish()
        let bytes = received.count
        guard portrait == nil || format.kind == .image else { throw MediaError.unknownFormat }
        let id: Upload.ID = ids.next()
        let upload: Upload
        if format.kind == .image {
            let processor = processor
            let made = try await bench.work { () async throws(MediaError) in
                try await processor.make(path, format, as: portrait, in: folder)
            }
            let size = Self.size(made.path) + Self.size(made.preview)
            upload = Upload(
                id: id,
                account: account,
                kind: .image,
                mediaType: made.format.mediaType,
                key: Self.key(),
                file: try await store.keep(made.path),
                previewFile: try await store.keep(made.preview),
                size: size,
                description: String(description.prefix(Upload.maximumDescription)),
                focus: focus,
                blurhash: made.blurhash,
                width: made.width,
                height: made.height,
                createdAt: clock.now()
            )
        } else {
            upload = Upload(
                id: id,
                account: account,
                kind: format.kind,
                mediaType: format.mediaType,
                key: Self.key(),
                file: try await store.keep(path),
                size: Int64(bytes),
                description: String(description.prefix(Upload.maximumDescription)),
                focus: focus,
                createdAt: clock.now()
            )
        }
        try await database.write { try $0.uploads.insert(upload) }
        return upload
    }

    /// A file as it is served.
    public struct Served: Sendable {
        /// The file, open.
        public let file: any StoredFile
        /// Its media type.
        public let mediaType: String
        /// A text that is the same for the same bytes only.
        public let tag: String
        /// Whether caches that several people use may keep it.
        public let isForEverybody: Bool
        /// Whether the address always has the same bytes.
        public var isForGood = true
    }

    /// Finds what is served under a key of a school; nil when there is none, or its owner is suspended or gone.
    ///
    /// - Throws: `StorageError`.
    public func find(_ key: String, isPreview: Bool, at school: School.ID) async throws -> Served? {
        guard key.utf8.count == 32 else { return nil }
        guard
            let (upload, isForEverybody) = try await database.read({ try $0.uploads.served(key, at: school) }
            ),
            let name = isPreview ? upload.previewFile : upload.file, let file = await store.open(name)
        else { return nil }
        return Served(
            file: file,
            mediaType: isPreview ? MediaFormat.webp.mediaType : upload.mediaType,
            tag: String(name.prefix(32)),
            isForEverybody: isForEverybody
        )
    }

    /// Finds what is served under a path of a school, as its addresses have it.
    func find(path: String, at school: School.ID) async throws -> Served? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, parts[1] == "media",
            parts[3] == "original" || parts[3] == "small"
        else { return nil }
        return try await find(String(parts[2]), isPreview: parts[3] == "small", at: school)
    }

    /// Removes uploads that nothing has used for a day, and files that nothing needs.
    ///
    /// - Throws: `StorageError`, and when the folder cannot be read.
    public func tidy() async throws {
        let limit = 500
        let oldest = clock.now() - Upload.keptUnused
        while !Task.isCancelled,
            try await database.write({ try $0.uploads.removeUnused(before: oldest, limit: limit) }) == limit
        {}
        let database = database
        try await store.sweep(olderThan: 3_600) { file in
            try await database.read { try $0.uploads.needs(file: file) || $0.exports.needs(file: file) }
        }
    }

    /// 128 random bits.
    private static func key() -> String {
        (0..<16).map { _ in
            let byte = UInt8.random(in: 0...255)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    private static func size(_ path: String) -> Int64 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.int64Value ?? 0
    }
}
