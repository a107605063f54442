import NIOSSL
import Synchronization

/// The certificate that new connections are greeted with; it can be replaced while the server runs.
///
/// Connections that are open keep the one they began with.
final class TLSCertificate: Sendable {
    private let files: HTTPServerSettings.TLSFiles
    private let current: Mutex<NIOSSLContext>

    /// Reads the files.
    init(files: HTTPServerSettings.TLSFiles) throws(HTTPServerError) {
        self.files = files
        current = Mutex(try Self.load(files))
    }

    /// What the next connection uses.
    var context: NIOSSLContext { current.withLock { $0 } }

    /// Reads the files again; when they are not usable, keeps what it has and throws.
    func reload() throws(HTTPServerError) {
        let context = try Self.load(files)
        current.withLock { $0 = context }
    }

    private static func load(_ files: HTTPServerSettings.TLSFiles) throws(HTTPServerError) -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
        } catch {
            throw .badCertificate(
                file: files.certificate,
                why: "no certificate in PEM form can be read there"
            )
        }
        guard !chain.isEmpty else {
            throw .badCertificate(file: files.certificate, why: "there is no certificate in it")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: files.key, format: .pem)
        } catch {
            throw .badCertificate(file: files.key, why: "no private key in PEM form can be read there")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .badCertificate(file: files.key, why: "the key does not belong to the certificate")
        }
    }
}
