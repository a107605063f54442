import ArgumentParser
import Domain
import Outbox

extension AccountCommand {
    struct SetRole: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "role",
            abstract: "Set what an account may do at its school.",
            discussion: """
                member: its own; auditor: also reads reports; moderator: also handles them, and limits and suspends \
                members; admin: also changes the school; district-admin: at every school of the instance.
                """
        )

        @OptionGroup var global: GlobalOptions
        @Argument(help: "The account's handle.")
        var handle: String
        @Argument(help: "member, auditor, moderator, admin or district-admin.")
        var role: Role

        func run() async throws {
            try await Instance.use(try global.settings()) { instance in
                let account = try await instance.account(handle)
                try await instance.admin.setRole(role, of: account, by: Instance.admin)
                print("\(account.handle) is \(role.rawValue).")
            }
        }
    }

    struct Limit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Limit an account: in feeds, searches and notices only its followers see what it does."
        )

        @OptionGroup var change: AccountChange

        func run() async throws {
            try await change.run(.limit, "is limited", undo: .unlimit, "is no longer limited")
        }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Suspend an account: it cannot act and is not shown."
        )

        @OptionGroup var change: AccountChange

        func run() async throws {
            try await change.run(.suspend, "is suspended", undo: .unsuspend, "is active again")
        }
    }
}

/// The arguments and the deed that limits and suspensions share.
struct AccountChange: ParsableArguments {
    @OptionGroup var global: GlobalOptions
    @Argument(help: "The account's handle: one of ours, or one of another server that is known here.")
    var handle: String
    @Flag(help: "Take it back.")
    var undo = false

    func run(_ act: AccountAct, _ words: String, undo other: AccountAct, _ otherWords: String) async throws {
        try await Instance.use(try global.settings()) { instance in
            let account = try await instance.anyAccount(handle)
            try await instance.admin.act(undo ? other : act, on: account, by: Instance.admin)
            print("\(account.handle) \(undo ? otherWords : words).")
        }
    }
}
