import CCurl
import Glibc

/// The file with the certificate authorities that are trusted: the system's, or these and more.
///
/// libcurl 7.88 keeps parsed authorities between connections only when they come from one file, and parsing them
/// costs many milliseconds. So the system's and the extra ones are joined in one file in memory, which is there as
/// long as this value is and which nobody else can write.
final class CertificateBundle: Sendable {
    /// The path for CURLOPT_CAINFO.
    let path: String
    private let descriptor: Int32?

    /// Finds or makes the file.
    ///
    /// - Throws: `TransportSetupError.certificates`.
    init(extra: String?) throws(TransportSetupError) {
        let system =
            ccurl_default_ca_file().map { String(cString: $0) } ?? "/etc/ssl/certs/ca-certificates.crt"
        guard let extra else {
            path = system
            descriptor = nil
            return
        }
        guard let added = Self.read(extra), Self.holdsCertificate(added) else {
            throw .certificates(path: extra)
        }
        // A machine without the system's file trusts the extra authorities alone.
        let joined = (Self.read(system) ?? []) + [UInt8(ascii: "\n")] + added
        let file = ccurl_memory_file("staffroom-certificates")
        guard file >= 0 else { throw .certificates(path: extra) }
        guard Self.write(joined, to: file) else {
            close(file)
            throw .certificates(path: extra)
        }
        descriptor = file
        path = "/proc/self/fd/\(file)"
    }

    deinit {
        if let descriptor { close(descriptor) }
    }

    private static let longest = 16 << 20

    private static func read(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < longest {
            let count = Glibc.read(file, &part, part.count)
            if count == 0 { return bytes }
            guard count > 0 else { return nil }
            bytes += part.prefix(count)
        }
        return nil
    }

    private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func holdsCertificate(_ bytes: [UInt8]) -> Bool {
        let mark = Array("-----BEGIN CERTIFICATE-----".utf8)
        var text = bytes[...]
        while let start = text.firstIndex(of: mark[0]) {
            text = text[start...]
            if text.starts(with: mark) { return true }
            text = text.dropFirst()
        }
        return false
    }
}
