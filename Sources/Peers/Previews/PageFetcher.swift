import Content
import Domain
import Storage
import Transport

/// Fetches a page that a post links to, as a browser would who is nobody: unsigned, without cookies.
///
/// Every step goes through Transport's guard: https only, public addresses only. At most three redirects are followed,
/// half a megabyte is read, and no host is asked that a school of this instance blocks, nor ourselves.
struct PageFetcher {
    static let maximumRedirects = 3
    private static let maximumBytes = 512 << 10
    private static let longest = Duration.seconds(10)

    let database: any SQLDatabase
    let client: TransportClient

    /// What came of it.
    enum Outcome: Sendable {
        case page(LinkPreview.Content)
        /// There is nothing to show; why, for operators.
        case nothing(String)
        /// It may be there another time.
        case later(String)
    }

    /// Fetches a page.
    ///
    /// - Throws: `StorageError`; `CancellationError`.
    func fetch(_ url: URI) async throws -> Outcome {
        var address = url
        for _ in 0...Self.maximumRedirects {
            if let reason = try await refusal(of: address.host) { return .nothing(reason) }
            let response: OutboundResponse
            do throws(TransferError) {
                response = try await client.send(request(address))
            } catch .cancelled, .shuttingDown {
                throw CancellationError()
            } catch {
                return error.isTransient ? .later(error.operatorText) : .nothing(error.operatorText)
            }
            switch response.status {
            case 200...299: return read(response, from: address)
            case 300...399:
                guard let target = response.field("location").flatMap({ address.leading(to: $0) }) else {
                    return .nothing("it leads nowhere")
                }
                address = target
            case 408, 425, 429, 500...599: return .later("its status is \(response.status)")
            default: return .nothing("its status is \(response.status)")
            }
        }
        return .nothing("it leads from one place to the next")
    }

    private func refusal(of host: Host) async throws -> String? {
        try await database.read { db in
            if try db.schools.find(host: host) != nil { return "it is our own" }
            return try db.partners.isBlocked(host) ? "its host is blocked" : nil
        }
    }

    private func request(_ address: URI) -> OutboundRequest {
        OutboundRequest(
            method: .get,
            uri: address,
            fields: [(name: "Accept", value: "text/html, application/xhtml+xml;q=0.9")],
            maxResponseBody: Self.maximumBytes,
            excess: .isCut,
            timeout: Self.longest
        )
    }

    private func read(_ response: OutboundResponse, from address: URI) -> Outcome {
        let type = response.field("content-type") ?? ""
        let parts = type.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\"" }.lowercased() }
        guard let name = parts.first, name == "text/html" || name == "application/xhtml+xml" else {
            return .nothing("it is no page")
        }
        let charset = parts.lazy.compactMap { $0.hasPrefix("charset=") ? String($0.dropFirst(8)) : nil }.first
        let head = PageHead(response.body, charset: charset)
        guard !head.title.isEmpty else { return .nothing("it has no title") }
        // A page that was protected on its way shows no picture that was not.
        let image = head.image.flatMap { address.leading(to: $0) }
            .flatMap { $0.scheme == .https || address.scheme == .http ? $0 : nil }
        return .page(
            LinkPreview.Content(
                title: head.title,
                summary: head.summary,
                site: head.site,
                author: head.author,
                image: image,
                imageText: image == nil ? "" : head.imageText
            )
        )
    }
}
