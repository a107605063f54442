import Foundation
import Testing

@Suite("Archives by command", .timeLimit(.minutes(10)))
struct ArchiveCommandTests {
    @Test(
        "an account is exported to a file and imported into another; both leave their rows in the audit log"
    )
    func roundTrip() async throws {
        let program = try StaffroomProgram()
        try await program.makeSchool()
        for name in ["ada", "bob"] { try await program.done("account", "create", name) }
        for text in ["First", "Second"] { try await program.done("post", "ada", text) }
        let place = ["STAFFROOM_MEDIA_FOLDER": program.folder + "/media"]
        let file = program.folder + "/ada.zip"
        let exported = try await program.run(["account", "export", "ada", file], environment: place)
        #expect(exported.status == 0, "\(exported.errors)")
        let again = try await program.run(["account", "export", "ada", file], environment: place)
        #expect(again.status != 0 && again.errors.contains("is there already"))

        let imported = try await program.run(["account", "import", "bob", file], environment: place)
        #expect(imported.status == 0, "\(imported.errors)")
        #expect(
            imported.output.contains("Taken: 2; there already, or nothing that is imported: 0; refused: 0")
        )
        let table = program.folder + "/hashtags.csv"
        try Data("maths\n,\n".utf8).write(to: URL(fileURLWithPath: table))
        let rows = try await program.run(
            ["account", "import", "ada", table, "--kind", "hashtags"],
            environment: place
        )
        #expect(rows.status == 0 && rows.output.contains("refused\trow 2\tits first column is empty"))
        #expect(rows.output.contains("left to the running server: 1."))
        let bad = try await program.run(["account", "import", "bob", table], environment: place)
        #expect(bad.status != 0 && bad.errors.contains("neither a ZIP nor a tar archive"))
        let audit = try await program.done("audit", "--limit", "9")
        #expect(audit.contains("account.export") && audit.contains("account.import"))
    }
}
