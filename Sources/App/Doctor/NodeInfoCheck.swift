import Domain
import Transport
import Vocabulary

/// Reads what another server says that it runs.
///
/// Spec: NodeInfo 2.0 and 2.1.
struct NodeInfoCheck {
    let client: TransportClient

    /// What was found, and the actors of its staff when it names them.
    struct Look {
        let finding: Finding
        var staff: [URI] = []
    }

    /// Follows the list's link, which must stay on the host's own origin: anything else is not asked for (FET-06).
    func look(_ list: OutboundResponse, at origin: Origin) async -> Look {
        let name = "NodeInfo"
        guard list.status == 200, let document = (try? JSONParser.parse(list.body))?.object,
            let link = Self.link(document)
        else { return Look(finding: .note(name, "it has none, and needs none")) }
        guard let uri = try? URI(link), uri.origin == origin else {
            return Look(
                finding: .note(
                    name,
                    "its link leads away from \(origin) and was not followed: \(link.prefix(100))"
                )
            )
        }
        guard let response = try? await client.send(OutboundRequest(method: .get, uri: uri)),
            response.status == 200, let info = (try? JSONParser.parse(response.body))?.object,
            let software = info["software"]?.object
        else { return Look(finding: .note(name, "\(uri) cannot be read; it is not needed")) }
        let staff = info["metadata"]?.object?["staffAccounts"]?.asList ?? []
        return Look(
            finding: .fine(name, "\(software["name"]?.string ?? "?") \(software["version"]?.string ?? "?")"),
            staff: staff.prefix(10).compactMap { $0.string.flatMap { try? URI($0) } }
        )
    }

    /// The document of the newest schema that we read.
    private static func link(_ list: JSONObject) -> String? {
        let links = list["links"]?.asList.compactMap(\.object) ?? []
        for schema in ["2.1", "2.0"] {
            let found = links.first { $0["rel"]?.string?.hasSuffix("/ns/schema/\(schema)") == true }
            if let link = found?["href"]?.string { return link }
        }
        return nil
    }
}
