import Domain
import NIOCore
import Server

/// The addresses of this machine that the whole internet can reach.
enum PublicAddresses {
    /// Refuses to listen where strangers are, for a machine on which trials run.
    ///
    /// `0.0.0.0` and `::` are as public as the machine's own addresses are.
    ///
    /// - Throws: `SettingError`.
    static func refuse(among addresses: [ListeningAddress]) throws(SettingError) {
        for listening in addresses {
            let reached = isWildcard(listening.address) ? own : [listening.address]
            guard let found = reached.first(where: \.isPublicUnicast) else { continue }
            throw SettingError(
                .dangerAllowAddresses,
                "is for trials only and cannot be used together with the public address \(found) of listen"
            )
        }
    }

    private static func isWildcard(_ address: IPAddress) -> Bool {
        switch address {
        case .v4(let bits): bits == 0
        case .v6(let high, let low): high == 0 && low == 0
        }
    }

    /// What the machine's interfaces have.
    static var own: [IPAddress] {
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.compactMap { $0.address?.ipAddress }.compactMap { try? IPAddress($0) }
    }
}
