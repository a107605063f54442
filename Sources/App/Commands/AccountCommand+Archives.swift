import Archives
public import ArgumentParser
public import Domain
import Foundation
import Media
import Storage

extension AccountCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write an archive of everything of an account's.",
            discussion: """
                A ZIP file in the shape of Mastodon's: actor.json, outbox.json, likes.json, bookmarks.json, media files, \
                and tables of follows, blocks, mutes, lists, bookmarks and hashtags. It holds direct messages too.
                """
        )

        @OptionGroup var global: GlobalOptions
        @Argument(help: "The account's handle.")
        var handle: String
        @Argument(help: "The file to write; it must not be there yet.")
        var file: String

        func run() async throws {
            guard !FileManager.default.fileExists(atPath: file) else {
                throw ValidationError("\(file) is there already")
            }
            try await Instance.use(try global.settings()) { instance in
                let account = try await instance.account(handle)
                try await instance.withFederation { federation in
                    try await instance.archives(federation).write(account.id, to: file)
                }
                try await instance.note("account.export", of: account)
                print("\(file) holds everything of \(account.handle).")
            }
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring an archive or a table along into an account.",
            discussion: """
                Posts are written with their old dates, and nobody is told of them. Follows, blocks, mutes, lists and \
                bookmarks are done one by one by the running server. The account's owner sees what was refused at \
                /settings/import.
                """
        )

        @OptionGroup var global: GlobalOptions
        @Argument(help: "The account's handle.")
        var handle: String
        @Argument(help: "The file: a ZIP or tar archive, or a CSV.")
        var file: String
        @Option(
            help: "What it is: \(AccountImport.Kind.allCases.map(\.rawValue).joined(separator: ", "))."
        )
        var kind: AccountImport.Kind = .archive

        func run() async throws {
            guard let input = FileHandle(forReadingAtPath: file) else {
                throw ValidationError("\(file) cannot be read")
            }
            try await Instance.use(try global.settings()) { instance in
                let account = try await instance.account(handle)
                try await instance.withFederation { federation in
                    let desk = try instance.archives(federation)
                    let order = try await desk.receive(for: account.id) { upload in
                        while let part = try input.read(upToCount: 1 << 18), !part.isEmpty {
                            try await upload.write(Array(part))
                        }
                        return kind
                    }
                    try await instance.note("account.import", of: account)
                    _ = try await desk.readNext(only: order.id)
                    guard
                        let report = try await desk.imports(of: account.id, refusals: 1_000)
                            .first(where: { $0.order.id == order.id })
                    else { return }
                    try show(report)
                }
            }
        }

        private func show(_ report: ImportReport) throws {
            for refusal in report.refusals { print("refused\t\(refusal.item)\t\(refusal.reason)") }
            if let problem = report.order.problem { throw ValidationError("nothing was taken: \(problem)") }
            print(
                """
                Taken: \(report.order.added); there already, or nothing that is imported: \(report.order.passed); \
                refused: \(report.order.refused); left to the running server: \(report.waiting).
                """
            )
        }
    }
}

extension AccountImport.Kind: ExpressibleByArgument {}

extension Instance {
    /// What takes along and brings along, for the length of a command.
    func archives(_ federation: Federation) throws -> ArchiveDesk {
        let store = try StaffroomServer.mediaFolder(settings)
        return ArchiveDesk(
            database: database,
            store: store,
            media: MediaLibrary(database: database, store: store, ids: ids, clock: clock),
            publisher: federation.publisher,
            directory: federation.directory,
            ids: ids,
            clock: clock
        )
    }

    /// Notes in the audit log that an operator did something to an account.
    func note(_ action: String, of account: Account) async throws {
        let entry = AuditEntry(
            id: ids.next(),
            school: account.school,
            by: Self.admin,
            action: action,
            subject: account.handle.description,
            at: clock.now()
        )
        try await database.write { try $0.audit.insert(entry) }
    }
}
