import Domain
import Storage
import Transport

/// Fetches a peer's file, as a browser would that is nobody: unsigned, without cookies.
///
/// Every step goes through Transport's guard: https only, public addresses only. At most three redirects are followed, and
/// no host is asked that a school of this instance blocks, nor ourselves. What a file is, its bytes say.
struct RemoteFetcher {
    private static let maximumRedirects = 3
    private static let longest = Duration.seconds(60)

    let database: any SQLDatabase
    let client: TransportClient
    let maximumBytes: Int

    /// What came of it.
    enum Outcome: Sendable {
        case file([UInt8], MediaFormat)
        /// It is not there, or nothing that is shown.
        case nothing
        /// It may be there another time.
        case later
        /// The server stops.
        case cancelled
    }

    func fetch(_ url: URI) async -> Outcome {
        var address = url
        for _ in 0...Self.maximumRedirects {
            guard let isRefused = try? await self.isRefused(address.host) else { return .later }
            if isRefused { return .nothing }
            let response: OutboundResponse
            do throws(TransferError) {
                response = try await client.send(request(address))
            } catch .cancelled, .shuttingDown {
                return .cancelled
            } catch {
                return error.isTransient ? .later : .nothing
            }
            switch response.status {
            case 200...299:
                guard let format = MediaFormat(response.body) else { return .nothing }
                return .file(response.body, format)
            case 300...399:
                guard let target = response.field("location").flatMap({ address.leading(to: $0) }) else {
                    return .nothing
                }
                address = target
            case 408, 425, 429, 500...599: return .later
            default: return .nothing
            }
        }
        return .nothing
    }

    private func isRefused(_ host: Host) async throws -> Bool {
        try await database.read { db in
            try db.schools.find(host: host) != nil || db.partners.isBlocked(host)
        }
    }

    private func request(_ address: URI) -> OutboundRequest {
        OutboundRequest(
            method: .get,
            uri: address,
            fields: [(name: "Accept", value: "image/*, video/*, audio/*")],
            maxResponseBody: maximumBytes,
            excess: .fails,
            timeout: Self.longest
        )
    }
}
