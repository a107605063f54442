import Foundation
import Testing

/// What wrong settings do: they refuse to start, and name their key.
@Suite("Settings", .timeLimit(.minutes(10)))
struct SettingTests {
    struct Wrong: Sendable, CustomTestStringConvertible {
        let key: String
        let options: [String]

        init(_ key: String, _ options: String...) {
            self.key = key
            self.options = options
        }

        var testDescription: String { options.joined(separator: " ") }
    }

    private static let danger = ["--danger-allow-addresses", "127.0.0.0/8"]

    @Test(
        "a wrong setting refuses to start and names its key",
        arguments: [
            Wrong("database", "--database", "/nowhere/school.sqlite"),
            Wrong("listen", "--listen", "here"), Wrong("listen", "--listen", "127.0.0.1"),
            Wrong("listen", "--listen", "127.0.0.1:99999"), Wrong("listen", "--listen", "0.0.0.0:8080"),
            Wrong("admin-listen", "--admin-listen", "localhost:9090"),
            Wrong("tls-key", "--tls-certificate", "/nowhere.crt"),
            Wrong("tls-certificate", "--tls-key", "/nowhere.key"),
            Wrong("tls-certificate", "--tls-certificate", "/nowhere.crt", "--tls-key", "/nowhere.key"),
            Wrong("trusted-proxies", "--trusted-proxy", "10.0.0.0/99"),
            Wrong("danger-allow-addresses", "--danger-allow-addresses", "everything"),
            Wrong("outbound-ca", "--outbound-ca", "/nowhere.pem"),
            Wrong("no-rate-limits", "--no-rate-limits"),
            Wrong("log-level", "--log-level", "loud"), Wrong("config", "--config", "/nowhere.json"),
        ]
    )
    func wrong(_ wrong: Wrong) async throws {
        let program = try StaffroomProgram()
        try await program.done("init")
        let isDatabase = wrong.key == "database"
        let answer = try await program.run(["serve"] + wrong.options, namesDatabase: !isDatabase)
        #expect(answer.status != 0)
        #expect(answer.errors.contains(wrong.key), "\(answer.errors)")
    }

    @Test("the same settings with right values start")
    func right() async throws {
        let program = try StaffroomProgram()
        try await program.makeSchool()
        let options = [
            "--admin-listen", "127.0.0.1:0", "--trusted-proxy", "10.0.0.0/8", "--log-level", "debug",
            "--no-rate-limits", "--no-link-previews", "--remote-media-size", "512", "--remote-media-days",
            "7",
        ]
        try await program.serving(options: Self.danger + options) { _ in }
    }

    @Test(
        "danger-allow-addresses is refused together with a public listening address",
        arguments: ["--listen", "--admin-listen"]
    )
    func publicAddress(option: String) async throws {
        let program = try StaffroomProgram()
        try await program.done("init")
        let answer = try await program.run(
            ["serve", option, "198.51.99.7:443", "--trusted-proxy", "10.0.0.0/8"] + Self.danger
        )
        #expect(answer.status != 0)
        #expect(answer.errors.contains("danger-allow-addresses"), "\(answer.errors)")
    }

    @Test(
        "a variable that is no setting, or has a wrong value, refuses to start and is named",
        arguments: [
            ("STAFFROOM_LISTN", "127.0.0.1:8080", "STAFFROOM_LISTN"),
            ("STAFFROOM_NO_RATE_LIMITS", "perhaps", "no-rate-limits"),
            ("STAFFROOM_NO_RATE_LIMITS", "true", "no-rate-limits"),
            ("STAFFROOM_NO_LINK_PREVIEWS", "perhaps", "no-link-previews"),
            ("STAFFROOM_REMOTE_MEDIA_SIZE", "0", "remote-media-size"),
            ("STAFFROOM_REMOTE_MEDIA_DAYS", "many", "remote-media-days"),
            ("STAFFROOM_LOG_LEVEL", "loud", "log-level"), ("STAFFROOM_CONFIG", "/nowhere.json", "config"),
            ("STAFFROOM_LISTEN", "127.0.0.1:1,here", "listen"),
        ]
    )
    func environment(name: String, value: String, key: String) async throws {
        let program = try StaffroomProgram()
        try await program.done("init")
        let answer = try await program.run(["serve"], environment: [name: value])
        #expect(answer.status != 0)
        #expect(answer.errors.contains(key), "\(answer.errors)")
    }

    @Test(
        "a configuration file with a wrong member refuses to start and names it",
        arguments: [
            (#"{"listn": "127.0.0.1:8080"}"#, "listn"), (#"{"tls-key": ["a", "b"]}"#, "tls-key"),
            (#"{"listen": 8080}"#, "listen"), (#"["listen"]"#, "config"), (#"{"listen": "#, "config"),
            (#"{"log-level": "loud"}"#, "log-level"),
        ]
    )
    func file(text: String, key: String) async throws {
        let program = try StaffroomProgram()
        try await program.done("init")
        let path = program.folder + "/config.json"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let answer = try await program.run(["serve", "--config", path])
        #expect(answer.status != 0)
        #expect(answer.errors.contains(key), "\(answer.errors)")
    }

    @Test("an option counts before the environment, and that before the file")
    func order() async throws {
        let program = try StaffroomProgram()
        let path = program.folder + "/config.json"
        try Data(#"{"database": "\#(program.folder)/file.sqlite"}"#.utf8).write(
            to: URL(fileURLWithPath: path)
        )
        let file = try await program.run(["init", "--config", path], namesDatabase: false)
        #expect(file.output.contains("file.sqlite"))
        let variables = ["STAFFROOM_CONFIG": path, "STAFFROOM_DATABASE": program.folder + "/variable.sqlite"]
        let variable = try await program.run(["init"], environment: variables, namesDatabase: false)
        #expect(variable.output.contains("variable.sqlite"))
        let option = try await program.run(["init"], environment: variables)
        #expect(option.output.contains("school.sqlite"))
    }

    @Test("a school at plain http is refused, unless it is for trials")
    func plainSchool() async throws {
        let program = try StaffroomProgram()
        try await program.done("init")
        let add = ["school", "add", "North High", "--base-url", "http://north.localhost"]
        let refused = try await program.run(add)
        #expect(refused.status != 0)
        #expect(refused.errors.contains("--base-url"))
        #expect(try await program.run(add + Self.danger).status == 0)
        let served = try await program.run(["serve", "--listen", "127.0.0.1:0"])
        #expect(served.status != 0)
        #expect(served.errors.contains("danger-allow-addresses"))
    }
}
