public import Domain
import Foundation
import Media
import Outbox
import Storage
import Vocabulary

/// Bringing along: reading the file.
extension ArchiveDesk {
    /// Reads the file of the next import that is ordered: its posts are written, its tables become rows.
    ///
    /// `only`: of that import or none.
    ///
    /// - Returns: false when none is ordered.
    /// - Throws: `StorageError`, `CancellationError`, and `MediaError` when pictures cannot be worked on just now; the
    ///   order stays and is begun anew. A file that cannot be read ends it as failed.
    public func readNext(only: AccountImport.ID? = nil) async throws -> Bool {
        let now = clock.now()
        guard
            let order = try await database.write({ db -> AccountImport? in
                guard let order = try db.imports.claim(only: only, now: now, until: now + Self.held) else {
                    return nil
                }
                try db.imports.beginAnew(order.id)
                return order
            })
        else { return false }
        do {
            let (account, school) = try await person(order.account)
            let reading = ImportReading(desk: self, order: order, account: account, school: school)
            try await inFolder { folder in try await reading.run(in: folder) }
            try await database.write { try $0.imports.noteRead(order.id) }
        } catch let error as ArchiveError {
            try await database.write { try $0.imports.fail(order.id, because: error.description) }
        } catch let error as OutboxError {
            try await database.write { try $0.imports.fail(order.id, because: error.description) }
        } catch is CancellationError {
            let now = clock.now()
            try await database.write { try $0.imports.hold(order.id, until: now) }
            throw CancellationError()
        }
        return true
    }
}

/// Reads the file of one import.
struct ImportReading {
    /// How many rows are written at a time.
    private static let batch = 100

    let desk: ArchiveDesk
    let order: AccountImport
    let account: Account
    let school: School

    private var limits: ArchiveLimits { desk.limits }

    /// Reads it with a folder to work in.
    func run(in folder: String) async throws {
        guard let name = order.file, let file = await desk.store.open(name) else {
            throw ArchiveError.unreadable
        }
        let path = "\(folder)/order"
        try await desk.refuseWithoutRoom(for: file.size)
        try await copy(file, to: path)
        var due = DueTimes(start: desk.clock.now(), pace: ArchiveDesk.pace)
        guard order.kind == .archive else {
            return try await readTable(path, order.kind, &due)
        }
        let archive = try await UnpackedArchive(path, into: folder, limits: limits, media: desk.media.limits)
        {
            try await goOn()
            try await desk.refuseWithoutRoom()
        }
        for refused in archive.refused { try await refuse(refused.name, refused.reason) }
        let tables = ArchiveNames.tables.filter { archive.files[$0.key] != nil }
        guard archive.files["outbox.json"] != nil || !tables.isEmpty else { throw ArchiveError.nothingKnown }
        if let outbox = archive.files["outbox.json"] { try await readPosts(outbox, archive) }
        if let bookmarks = archive.files["bookmarks.json"] { try await readBookmarks(bookmarks, &due) }
        // Lists hold those whom one follows: they come last.
        for kind in AccountImport.Kind.allCases.filter({ $0 != .lists }) + [.lists] {
            guard let table = tables.first(where: { $0.value == kind }), let path = archive.files[table.key],
                kind != .bookmarks || archive.files["bookmarks.json"] == nil
            else { continue }
            try await readTable(path, kind, &due)
        }
    }

    private func goOn() async throws {
        try Task.checkCancellation()
        let until = desk.clock.now() + ArchiveDesk.held
        try await desk.database.write { try $0.imports.hold(order.id, until: until) }
    }

    private func copy(_ file: any StoredFile, to path: String) async throws {
        let copy = ArchiveUpload(path, limit: .max) {}
        var offset = 0
        while offset < file.size {
            let bytes = try await file.read(at: offset, count: 1 << 18)
            guard !bytes.isEmpty else { throw ArchiveError.unreadable }
            try await copy.write(bytes)
            offset += bytes.count
        }
        try copy.finish()
    }

    private func refuse(_ item: String, _ reason: String) async throws {
        let refusal = ImportRefusal(id: desk.ids.next(), import: order.id, item: item, reason: reason)
        let most = limits.refusals
        try await desk.database.write { try $0.imports.refuse(refusal, keeping: most) }
    }

    private func readTable(_ path: String, _ kind: AccountImport.Kind, _ due: inout DueTimes) async throws {
        var times = due
        try await TableReader(kind: kind, limits: limits).read(path) { found in
            var rows: [ImportRow] = []
            for row in found {
                switch row {
                case .refused(let item, let reason): try await refuse(item, reason)
                case .row(let subject, let detail): rows.append(self.row(kind, subject, detail, &times))
                }
            }
            try await keep(rows)
        }
        due = times
    }

    private func row(
        _ kind: AccountImport.Kind,
        _ subject: String,
        _ detail: String,
        _ due: inout DueTimes
    ) -> ImportRow {
        ImportRow(
            id: desk.ids.next(),
            import: order.id,
            kind: kind,
            subject: subject,
            detail: detail,
            dueAt: due.next(asksOthers: kind != .hashtags)
        )
    }

    private func keep(_ rows: [ImportRow]) async throws {
        var rest = rows[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(Self.batch))
            rest = rest.dropFirst(batch.count)
            try await desk.database.write { try $0.imports.insert(batch) }
            try await goOn()
        }
    }

    private func readBookmarks(_ path: String, _ due: inout DueTimes) async throws {
        var items = JSONItems("orderedItems", limit: limits.itemBytes)
        var (times, count) = (due, 0)
        try await forEachPart(of: path) { part in
            var rows: [ImportRow] = []
            for item in items.feed(part) {
                count += 1
                if count == limits.rows + 1 {
                    try await refuse("bookmarks.json", "no more than \(limits.rows) bookmarks are read")
                }
                guard count <= limits.rows else { continue }
                guard case .value(let value) = item, let address = value.id,
                    address.utf8.count <= ImportRow.longest
                else {
                    try await refuse("bookmark \(count)", "it is no address")
                    continue
                }
                rows.append(row(.bookmarks, address, "", &times))
            }
            try await keep(rows)
        }
        if items.breaksOff { try await refuse("bookmarks.json", "it breaks off") }
        due = times
    }

    /// The archive's owner, as its `actor.json` says.
    private func owner(_ archive: UnpackedArchive) throws -> Account {
        func bad(_ reason: String) -> ArchiveError { .badDocument(name: "actor.json", reason: reason) }
        guard let path = archive.files["actor.json"] else { throw bad("the archive has none") }
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber,
            size.intValue <= limits.itemBytes, let data = FileManager.default.contents(atPath: path)
        else { throw bad("it is too long") }
        let document: JSONObject?
        do {
            document = try JSONParser.parse(Array(data)).object
        } catch {
            throw bad(error.description)
        }
        guard let document, let uri = document["id"]?.string.flatMap({ try? URI($0) }) else {
            throw bad("it has no id")
        }
        return Account(
            id: account.id,
            school: nil,
            uri: uri,
            handle: account.handle,
            kind: .person,
            endpoints: Account.Endpoints(
                inbox: uri,
                followers: document["followers"]?.id.flatMap { try? URI($0) }
            ),
            createdAt: account.createdAt
        )
    }

    private func readPosts(_ path: String, _ archive: UnpackedArchive) async throws {
        let owner = try owner(archive)
        let importer = PostImporter(
            database: desk.database,
            media: desk.media,
            ids: desk.ids,
            account: account,
            school: school,
            limits: limits
        )
        var items = JSONItems("orderedItems", limit: limits.itemBytes)
        var count = 0
        try await forEachPart(of: path) { part in
            for item in items.feed(part) {
                count += 1
                if count == limits.posts + 1 {
                    try await refuse("outbox.json", "no more than \(limits.posts) entries are read")
                }
                guard count <= limits.posts else { continue }
                try await read(item, at: count, of: owner, importer, archive)
                if count % 20 == 0 { try await goOn() }
            }
        }
        if !items.hasList {
            throw ArchiveError.badDocument(name: "outbox.json", reason: "it has no orderedItems")
        }
        if items.breaksOff { try await refuse("outbox.json", "it breaks off") }
    }

    private func read(
        _ item: JSONItems.Item,
        at number: Int,
        of owner: Account,
        _ importer: PostImporter,
        _ archive: UnpackedArchive
    ) async throws {
        let value: JSONValue
        switch item {
        case .value(let found): value = found
        case .tooLong:
            return try await refuse("entry \(number)", "it is longer than \(limits.itemBytes / 1_024) KiB")
        case .unreadable(let reason): return try await refuse("entry \(number)", "it is no JSON: \(reason)")
        }
        let isSameSchool = owner.host == school.host
        let id = order.id
        switch ArchivedPost.read(value, of: owner, isSameSchool: isSameSchool, now: desk.clock.now()) {
        case .passed: try await desk.database.write { try $0.imports.count(passed: 1, in: id) }
        case .refused(let item, let reason): try await refuse(item, reason)
        case .post(let post):
            let outcome: PostImporter.Outcome
            do {
                outcome = try await importer.add(post, from: archive)
            } catch let error as StorageError where !error.isTransient {
                return try await refuse(post.original.description, "it cannot be kept here")
            }
            switch outcome {
            case .known: try await desk.database.write { try $0.imports.count(passed: 1, in: id) }
            case .added(let missing):
                try await desk.database.write { try $0.imports.count(added: 1, in: id) }
                for reason in missing {
                    try await refuse(
                        post.original.description,
                        "the post was taken without a file: \(reason)"
                    )
                }
            }
        }
    }
}

/// When the rows of an import are due: those that ask other servers one after the other, with a pause between.
struct DueTimes {
    private(set) var next: Timestamp
    private let start: Timestamp
    private let pace: Span

    init(start: Timestamp, pace: Span) {
        (next, self.start, self.pace) = (start, start, pace)
    }

    mutating func next(asksOthers: Bool) -> Timestamp {
        guard asksOthers else { return start }
        defer { next = next + pace }
        return next
    }
}
