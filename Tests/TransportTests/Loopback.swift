import Domain
import TestKit
import Transport

/// The loopback addresses, opened for a test.
func loopbackConfiguration(_ change: (inout TransportConfiguration) -> Void = { _ in }) throws
    -> TransportConfiguration
{
    var configuration = TransportConfiguration(userAgent: "Staffroom-Test/1")
    configuration.allowedRanges = [try AddressRange("127.0.0.0/8")]
    change(&configuration)
    return configuration
}

/// Runs with a client on loopback and shuts it down afterwards.
func withClient<Value: Sendable>(
    _ configuration: TransportConfiguration? = nil,
    _ body: (TransportClient) async throws -> Value
) async throws -> Value {
    let client = try TransportClient(configuration: configuration ?? loopbackConfiguration())
    do {
        let value = try await body(client)
        await client.shutdown(within: .zero)
        return value
    } catch {
        await client.shutdown(within: .zero)
        throw error
    }
}

extension LoopbackServer {
    /// A URI on this server, under its address or another name for it.
    func uri(_ target: String = "/", host: String? = nil) throws -> URI {
        try URI(host.map { "http://\($0):\(port)\(target)" } ?? "\(origin)\(target)")
    }

    /// A GET of a URI on this server.
    func get(_ target: String = "/", host: String? = nil) throws -> OutboundRequest {
        OutboundRequest(method: .get, uri: try uri(target, host: host))
    }

    /// A POST to a URI on this server.
    func post(_ target: String = "/", _ body: String, host: String? = nil) throws -> OutboundRequest {
        OutboundRequest(method: .post, uri: try uri(target, host: host), body: Array(body.utf8))
    }
}
