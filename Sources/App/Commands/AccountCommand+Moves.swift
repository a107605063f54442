import ArgumentParser
import Domain
import Outbox
import Storage
import Vocabulary

extension AccountCommand {
    struct Alias: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Say which accounts elsewhere are the same person's, so that they can move here; lists them."
        )

        @OptionGroup var global: GlobalOptions
        @OptionGroup var outbound: OutboundOptions
        @OptionGroup var output: OutputOptions
        @Argument(help: "The account's handle.")
        var handle: String
        @Option(help: "An account to add, such as ben@staff.south.example.")
        var add: String?
        @Option(help: "The address of an account to take away, as the list has it.")
        var remove: String?

        func run() async throws {
            let added = try add.map { try Self.handle($0) }
            let removed = try remove.map { text in
                guard let uri = try? URI(text) else {
                    throw ValidationError("--remove: \(text) is no address")
                }
                return uri
            }
            try await Instance.use(try global.settings(outbound.values)) { instance in
                let account = try await instance.account(handle)
                try await instance.withFederation { federation in
                    let publisher = federation.publisher.acting(by: Instance.admin)
                    if let added { _ = try await publisher.addAlias(added, as: account.id) }
                    if let removed { try await publisher.removeAlias(removed, as: account.id) }
                }
                let aliases = try await instance.database.read { try $0.moves.aliases(of: account.id) }
                Output.write(.array(aliases.map { .string($0.description) }), asJSON: output.json) {
                    aliases.map(\.description)
                }
            }
        }

        static func handle(_ text: String) throws -> Handle {
            do {
                return try Handle(text)
            } catch {
                throw ValidationError("\(text): \(error)")
            }
        }
    }

    struct MoveAway: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "move",
            abstract:
                "Move an account to another, which must name it as an alias; a running server tells others.",
            discussion: """
                Whoever follows it follows the other from now on. It stays to be read, and writes and follows no more. \
                After a move none is possible for seven days.
                """
        )

        @OptionGroup var global: GlobalOptions
        @OptionGroup var outbound: OutboundOptions
        @Argument(help: "The account's handle.")
        var handle: String
        @Argument(help: "The account to move to, such as ben@staff.south.example.")
        var target: String?
        @Flag(help: "Take the move back: the account can write again.")
        var undo = false

        func validate() throws {
            guard undo == (target == nil) else {
                throw ValidationError("name the account to move to, or give --undo")
            }
        }

        func run() async throws {
            let target = try target.map { try Alias.handle($0) }
            try await Instance.use(try global.settings(outbound.values)) { instance in
                let account = try await instance.account(handle)
                try await instance.withFederation { federation in
                    let publisher = federation.publisher.acting(by: Instance.admin)
                    guard let target else {
                        try await publisher.takeMoveBack(as: account.id)
                        print("\(account.handle) is back.")
                        return
                    }
                    let found = try await publisher.move(to: target, as: account.id)
                    print("\(account.handle) has moved to \(found.handle).")
                }
            }
        }
    }
}
