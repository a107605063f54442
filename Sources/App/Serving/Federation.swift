import Domain
import Outbox
import Peers
import Storage
import Transport

/// What reaches out to other servers, put together once per process.
struct Federation: Sendable {
    let client: TransportClient
    let signers: SignerRing
    let fetcher: DocumentFetcher
    let webFinger: WebFingerClient
    let directory: PeerDirectory
    let keys: KeyRing
    let publisher: Publisher

    /// Starts the transport.
    ///
    /// - Throws: `SettingError` when the file of `outbound-ca` cannot be used; `TransportSetupError`.
    init(
        database: any SQLDatabase,
        transport: TransportConfiguration,
        ids: IDGenerator,
        clock: any WallClock,
        hasRateLimits: Bool = true
    ) throws {
        do {
            client = try TransportClient(configuration: transport)
        } catch .certificates(let path) {
            throw SettingError(.outboundCA, "\(path) cannot be read or holds no certificate")
        }
        signers = SignerRing(database: database, clock: clock)
        fetcher = DocumentFetcher(database: database, signers: signers, client: client, clock: clock)
        webFinger = WebFingerClient(database: database, client: client)
        directory = PeerDirectory(
            database: database,
            fetcher: fetcher,
            webFinger: webFinger,
            ids: ids,
            clock: clock
        )
        keys = KeyRing(
            database: database,
            directory: directory,
            clock: clock,
            limitsNewHosts: hasRateLimits
        )
        publisher = Publisher(database: database, directory: directory, ids: ids, clock: clock)
    }
}

extension Instance {
    /// What reaches out, for the length of a command.
    func withFederation<Value>(_ body: (Federation) async throws -> Value) async throws -> Value {
        let federation = try Federation(
            database: database,
            transport: settings.transport,
            ids: ids,
            clock: clock
        )
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(federation))
        } catch {
            result = .failure(error)
        }
        await federation.client.shutdown(within: Duration.seconds(1))
        return try result.get()
    }
}
