/// The settings by the names that they have as options, in the environment and in the configuration file.
///
/// `tls-key` is the option `--tls-key`, the variable `STAFFROOM_TLS_KEY` and the member `"tls-key"` of the file.
enum SettingKey: String, CaseIterable {
    case database
    case databaseConnections = "database-connections"
    case listen
    case adminListen = "admin-listen"
    case tlsCertificate = "tls-certificate"
    case tlsKey = "tls-key"
    case trustedProxies = "trusted-proxies"
    case dangerAllowAddresses = "danger-allow-addresses"
    case outboundCA = "outbound-ca"
    case noRateLimits = "no-rate-limits"
    case noLinkPreviews = "no-link-previews"
    case mediaFolder = "media-folder"
    case remoteMediaSize = "remote-media-size"
    case remoteMediaDays = "remote-media-days"
    case logLevel = "log-level"
    case deliveryLanes = "delivery-lanes"

    /// Whether it may be given several times.
    var isList: Bool {
        switch self {
        case .listen, .adminListen, .trustedProxies, .dangerAllowAddresses: true
        default: false
        }
    }

    /// The variable of the environment.
    var variable: String {
        "STAFFROOM_" + rawValue.uppercased().split(separator: "-").joined(separator: "_")
    }
}

/// What is wrong with a setting; the start ends with it.
struct SettingError: Error, CustomStringConvertible {
    let key: String
    let reason: String

    var description: String { "\(key): \(reason)" }

    init(_ key: SettingKey, _ reason: String) {
        self.key = key.rawValue
        self.reason = reason
    }

    init(name: String, _ reason: String) {
        key = name
        self.reason = reason
    }
}
