import Foundation
import Glibc

/// `openssl s_server` on loopback: answers every GET over TLS with a page of its own; ends with its owner.
public final class TLSServer: @unchecked Sendable {
    /// The server did not say where it listens.
    public struct SetupError: Error {}

    /// The port that it listens on, on 127.0.0.1.
    public let port: UInt16
    private let process = Process()

    /// Starts with a certificate and more options of `openssl s_server`, such as `-tls1`.
    public init(_ certificate: TestAuthority.Certificate, options: [String] = []) throws {
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            [
                "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", certificate.certificate,
                "-key", certificate.key,
            ]
            + options
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var said = ""
        var found: UInt16?
        while found == nil {
            let part = output.fileHandleForReading.availableData
            guard !part.isEmpty else { break }
            said += String(decoding: part, as: UTF8.self)
            let line = said.split(separator: "\n", omittingEmptySubsequences: false).dropLast().first {
                $0.hasPrefix("ACCEPT ")
            }
            found = line?.split(separator: ":").last.flatMap { UInt16($0) }
        }
        guard let found else {
            kill(process.processIdentifier, SIGKILL)
            throw SetupError()
        }
        port = found
    }

    // A child of a Dispatch thread is born with its signals blocked: a polite one would not arrive.
    deinit { kill(process.processIdentifier, SIGKILL) }

}
