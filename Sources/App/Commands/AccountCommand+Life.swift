import ArgumentParser
import Domain
import Outbox
import Storage

extension AccountCommand {
    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an account another name; follows and posts stay.",
            discussion: """
                Servers that know the account are told. The old handle leads to the account for a year and is never \
                given to another.
                """
        )

        @OptionGroup var global: GlobalOptions
        @Argument(help: "The account's handle.")
        var handle: String
        @Argument(help: "The new name: letters, digits, _ . and -.")
        var name: String

        func run() async throws {
            try await Instance.use(try global.settings()) { instance in
                let account = try await instance.account(handle)
                let renamed = try await instance.withFederation { federation in
                    try await federation.publisher.acting(by: Instance.admin).rename(account.id, to: name)
                }
                print("\(account.handle) is \(renamed.handle) now.")
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete an account and all it posted, for good.",
            discussion: """
                It is hidden at once; what it left is removed by the running server, which also tells the other servers. \
                The handle is never given to another. There is no way back.
                """
        )

        @OptionGroup var global: GlobalOptions
        @Argument(help: "The account's handle.")
        var handle: String
        @Flag(help: "Do it: without this the command only says what it would do.")
        var yes = false

        func run() async throws {
            try await Instance.use(try global.settings()) { instance in
                let account = try await instance.account(handle)
                guard yes else {
                    let posts = try await instance.database.read { try $0.posts.count(of: account.id) }
                    throw ValidationError(
                        "this deletes \(account.handle) and its posts (\(posts)) for good; repeat it with --yes"
                    )
                }
                try await instance.withFederation { federation in
                    try await federation.publisher.acting(by: Instance.admin).deleteAccount(account.id)
                }
                print("\(account.handle) is deleted.")
            }
        }
    }
}
