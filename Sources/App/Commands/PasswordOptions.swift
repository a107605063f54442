import Access
import ArgumentParser
import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How a command is given a password.
struct PasswordOptions: ParsableArguments {
    @Option(help: "The password; other users of this machine can see it, so prefer --password-stdin.")
    var password: String?
    @Flag(help: "Read the password from standard input, one line.")
    var passwordStdin = false

    func validate() throws {
        if password != nil, passwordStdin {
            throw ValidationError("--password or --password-stdin, not both")
        }
    }

    /// The hash of the password; nil when none is given.
    func hash(isNeeded: Bool = false) async throws -> String? {
        guard let text = try text(isNeeded: isNeeded) else { return nil }
        // A form could not send it.
        guard !text.utf8.contains(0) else { throw ValidationError("a password has no NUL characters") }
        return try await PasswordHasher().hash(text).description
    }

    private func text(isNeeded: Bool) throws -> String? {
        if let password { return password }
        if passwordStdin { return readLine() ?? "" }
        guard isNeeded else { return nil }
        guard isatty(STDIN_FILENO) == 1 else { throw ValidationError("give --password-stdin or --password") }
        FileHandle.standardError.write(Data("New password: ".utf8))
        return Self.readHidden()
    }

    /// Reads a line without showing it.
    private static func readHidden() -> String {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return readLine() ?? "" }
        let before = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        defer {
            var before = before
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            print()
        }
        return readLine() ?? ""
    }
}
