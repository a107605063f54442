import Access
public import ArgumentParser
public import Domain
import Outbox
import Storage
import Vocabulary

/// The command `staffroom account ...`.
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Create and look after accounts.",
        subcommands: [
            Create.self, List.self, SetRole.self, Limit.self, Suspend.self, Alias.self, MoveAway.self,
            Rename.self, Delete.self, Export.self, Import.self,
            ChangePassword.self, MakeToken.self,
        ]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Create an account.")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var password: PasswordOptions
        @Argument(help: "The name: letters, digits, _ . and -.")
        var name: String
        @Option(help: "The school's host; not needed when there is only one.")
        var school: String?
        @Option(help: "The name that people see.")
        var displayName = ""
        @Option(help: "What it may do: member, auditor, moderator, admin or district-admin.")
        var role: Role = .member

        func run() async throws {
            let hash = try await password.hash()
            try await Instance.use(try global.settings()) { instance in
                let school = try await instance.school(school)
                let account = try await instance.registrar.addAccount(
                    named: name,
                    at: school,
                    displayName: displayName,
                    role: role,
                    passwordHash: hash,
                    by: Instance.admin
                )
                print("Created \(account.handle).")
                if hash == nil {
                    print("It has no password yet: staffroom account password \(account.handle)")
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List a school's accounts.")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var output: OutputOptions
        @Option(help: "The school's host; all schools without it.")
        var school: String?

        func run() async throws {
            try await Instance.use(try global.settings()) { instance in
                let schools = try await instance.database.read { try $0.schools.all() }
                let chosen = school == nil ? schools : [try await instance.school(school)]
                let people = try await instance.database.read { db in
                    try chosen.flatMap { school in
                        try db.accounts.list(of: school.id).filter { $0.kind != .application }.map {
                            account in
                            (account, try db.members.find(account.id)?.role ?? .member)
                        }
                    }
                }
                Output.write(.array(people.map { $0.json($1) }), asJSON: output.json) {
                    Output.table(
                        ["HANDLE", "NAME", "ROLE", "STATE"],
                        people.map { [$0.handle.description, $0.shownName, $1.rawValue, $0.stateText] }
                    )
                }
            }
        }
    }

    struct ChangePassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password",
            abstract: "Set an account's password; its sessions and tokens end."
        )

        @OptionGroup var global: GlobalOptions
        @OptionGroup var password: PasswordOptions
        @Argument(help: "The account's handle.")
        var handle: String

        func run() async throws {
            guard let hash = try await password.hash(isNeeded: true) else { return }
            try await Instance.use(try global.settings()) { instance in
                let account = try await instance.account(handle)
                try await instance.admin.setPassword(hash, of: account, by: Instance.admin)
                print("\(account.handle) has a new password.")
            }
        }
    }

    struct MakeToken: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "token",
            abstract: "Make a bearer token for the client API and print it, once."
        )

        @OptionGroup var global: GlobalOptions
        @OptionGroup var output: OutputOptions
        @Argument(help: "The account's handle.")
        var handle: String
        @Option(help: "What it allows, such as \"read write:statuses\".")
        var scopes = "read write follow"

        func run() async throws {
            guard let scopes = Scopes(scopes) else {
                throw ValidationError("--scopes: there is no such scope")
            }
            try await Instance.use(try global.settings()) { instance in
                let account = try await instance.account(handle)
                guard account.isActive else { throw ValidationError("\(account.handle) is suspended") }
                let token = try await AccessTokens(database: instance.database).issue(
                    for: account.id,
                    scopes: scopes,
                    audit: instance.admin.entry("account.token", of: account, by: Instance.admin)
                )
                let json: JSONValue = ["token": .string(token), "scopes": .string(scopes.description)]
                Output.write(json, asJSON: output.json) { [token] }
            }
        }
    }
}

extension Role: ExpressibleByArgument {}

extension Account {
    fileprivate var stateText: String {
        if goneAt != nil {
            "gone"
        } else if suspendedAt != nil {
            "suspended"
        } else {
            isLimited ? "limited" : "active"
        }
    }

    fileprivate func json(_ role: Role) -> JSONValue {
        [
            "handle": .string(handle.description), "name": .string(shownName),
            "uri": .string(uri.description),
            "role": .string(role.rawValue), "state": .string(stateText), "id": .string(id.description),
        ]
    }
}
