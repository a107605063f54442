import Foundation

/// A certificate authority for one test, made with the `openssl` command in a temporary folder that goes with it.
///
/// No private key is kept in the repository.
public final class TestAuthority: Sendable {
    /// A certificate and its key, as PEM files.
    public struct Certificate: Sendable {
        /// The path of the certificate.
        public let certificate: String
        /// The path of the key.
        public let key: String
    }

    /// A command that failed, with what it said.
    public struct CommandFailed: Error {
        /// The command and its error output.
        public let text: String
    }

    /// The path of the authority's own certificate.
    public var certificateFile: String { file("ca.pem") }
    private let folder: URL

    /// Makes a new authority.
    public init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "staffroom-ca-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.settings(folder.path).write(toFile: file("ca.cnf"), atomically: true, encoding: .utf8)
        try "".write(toFile: file("index.txt"), atomically: true, encoding: .utf8)
        try openssl(
            ["req", "-x509", "-config", file("ca.cnf"), "-subj", "/CN=Test authority", "-days", "3650"]
                + Self.newKey + ["-keyout", file("ca.key"), "-out", file("ca.pem")]
        )
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Issues a certificate for a host name.
    ///
    /// With `isSelfSigned` it is signed by its own key instead. Times are `YYYYMMDDHHMMSSZ`.
    public func certificate(
        for name: String,
        from start: String = "20200101000000Z",
        until end: String = "20491231000000Z",
        isSelfSigned: Bool = false
    ) throws -> Certificate {
        let id = UUID().uuidString
        let made = Certificate(certificate: file("\(id).pem"), key: file("\(id).key"))
        try "subjectAltName=DNS:\(name)\n".write(toFile: file("\(id).ext"), atomically: true, encoding: .utf8)
        let common =
            ["-config", file("ca.cnf"), "-subj", "/CN=\(name)"] + Self.newKey + ["-keyout", made.key]
        guard !isSelfSigned else {
            try openssl(
                ["req", "-x509", "-addext", "subjectAltName=DNS:\(name)"] + common + [
                    "-out", made.certificate,
                ]
            )
            return made
        }
        try openssl(["req", "-new"] + common + ["-out", file("\(id).csr")])
        try openssl([
            "ca", "-batch", "-notext", "-rand_serial", "-config", file("ca.cnf"), "-startdate", start,
            "-enddate", end,
            "-extfile", file("\(id).ext"), "-in", file("\(id).csr"), "-out", made.certificate,
        ])
        return made
    }

    private func file(_ name: String) -> String { folder.appending(path: name).path }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CommandFailed(text: "openssl \(arguments.joined(separator: " ")): \(said)")
        }
    }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    private static func settings(_ folder: String) -> String {
        """
        [req]
        distinguished_name = name
        x509_extensions = authority
        prompt = no
        [name]
        [authority]
        basicConstraints = critical, CA:TRUE
        [ca]
        default_ca = own
        [own]
        certificate = \(folder)/ca.pem
        private_key = \(folder)/ca.key
        database = \(folder)/index.txt
        serial = \(folder)/serial
        new_certs_dir = \(folder)
        default_md = sha256
        policy = any
        unique_subject = no
        [any]
        commonName = supplied
        """
    }
}
