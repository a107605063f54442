import Domain
import Logging
import Media
import Server
import Storage
import Transport

/// Everything that is set for a process, checked.
struct Settings {
    /// Where everything is kept.
    let database: DatabasePlace
    /// How many transactions a process has side by side on a PostgreSQL server.
    let databaseConnections: Int
    /// To how many hosts a process delivers at the same time.
    let deliveryLanes: Int
    /// The addresses to listen on.
    let addresses: [ListeningAddress]
    /// The certificate, unless a proxy has it.
    let tls: HTTPServerSettings.TLSFiles?
    /// The proxies whose word about clients counts.
    let trustedProxies: [AddressRange]
    /// Addresses that are reached besides public ones; they also open plain http.
    let dangerousRanges: [AddressRange]
    /// A file with certificate authorities for outbound connections besides the system's.
    let outboundCA: String?
    /// Whether clients are limited in how often they may ask.
    let hasRateLimits: Bool
    /// Whether pages that posts link to are asked what they are.
    let asksForPreviews: Bool
    /// Where uploaded files are kept.
    let mediaFolder: String
    /// How much of peers' pictures, films and recordings is kept, and for how long.
    let remoteMedia: RemoteMedia.Limits
    /// From which level on lines are logged.
    let logLevel: Logger.Level

    /// Reads and checks the settings.
    ///
    /// - Throws: `SettingError`, which names the key.
    init(_ sources: SettingSources) throws {
        database = try Self.database(sources)
        databaseConnections = try Self.number(sources, .databaseConnections, in: 1...500) ?? 8
        deliveryLanes = try Self.number(sources, .deliveryLanes, in: 1...4_096) ?? 256
        let main = try Self.addresses(sources, .listen, .main)
        let admin = try Self.addresses(sources, .adminListen, .admin)
        addresses = (main.isEmpty ? [try ListeningAddress("127.0.0.1:8080")] : main) + admin
        tls = try Self.tls(sources)
        trustedProxies = try Self.ranges(sources, .trustedProxies)
        dangerousRanges = try Self.ranges(sources, .dangerAllowAddresses)
        outboundCA = sources.value(.outboundCA)
        if !dangerousRanges.isEmpty { try PublicAddresses.refuse(among: addresses) }
        hasRateLimits = try !Self.flag(sources, .noRateLimits)
        guard hasRateLimits || !dangerousRanges.isEmpty else {
            throw SettingError(
                .noRateLimits,
                "only together with danger-allow-addresses, on a machine for trials"
            )
        }
        asksForPreviews = try !Self.flag(sources, .noLinkPreviews)
        mediaFolder = try Self.mediaFolder(sources, database)
        var remoteMedia = RemoteMedia.Limits()
        if let size = try Self.number(sources, .remoteMediaSize, in: 64...1_048_576) {
            remoteMedia.bytes = Int64(size) * 1_048_576
        }
        if let days = try Self.number(sources, .remoteMediaDays, in: 1...365) {
            remoteMedia.age = .days(Int64(days))
        }
        self.remoteMedia = remoteMedia
        let level = sources.value(.logLevel) ?? "info"
        guard let logLevel = Logger.Level(rawValue: level) else {
            throw SettingError(.logLevel, "is none of trace, debug, info, notice, warning, error, critical")
        }
        self.logLevel = logLevel
    }

    /// What all processes that serve one database must have been told alike.
    var agreed: [(key: SettingKey, value: String)] {
        [
            (.dangerAllowAddresses, dangerousRanges.map(\.description).sorted().joined(separator: ",")),
            (.noRateLimits, "\(!hasRateLimits)"),
        ]
    }

    /// What the HTTP server is told.
    var server: HTTPServerSettings {
        var server = HTTPServerSettings(addresses: addresses, tls: tls)
        server.trustedProxies = trustedProxies
        if !hasRateLimits { server.rateLimits = nil }
        return server
    }

    /// What the transport is told.
    var transport: TransportConfiguration {
        var transport = TransportConfiguration(userAgent: "Staffroom/\(Staffroom.version)")
        transport.allowedRanges = dangerousRanges
        transport.extraCAFile = outboundCA
        return transport
    }

    /// What the transport of a server is told: nobody's document or inbox leads it to this machine itself.
    ///
    /// `doctor` looks at its own server from outside and is not told so.
    var servingTransport: TransportConfiguration {
        var transport = transport
        transport.refusedRanges = PublicAddresses.own.filter(\.isPublicUnicast).map { AddressRange($0) }
        return transport
    }

    private static func database(_ sources: SettingSources) throws -> DatabasePlace {
        do {
            return try DatabasePlace(sources.value(.database) ?? "staffroom.sqlite")
        } catch {
            throw SettingError(.database, error.operatorText)
        }
    }

    /// Beside the file of the database unless it is said; processes on a server must be told one that they share.
    private static func mediaFolder(_ sources: SettingSources, _ database: DatabasePlace) throws -> String {
        switch (sources.value(.mediaFolder), database) {
        case (let folder?, _):
            guard !folder.isEmpty else { throw SettingError(.mediaFolder, "is empty") }
            return folder
        case (nil, .file(let path)):
            return path.hasSuffix(".sqlite") ? path.dropLast(7) + "-media" : path + "-media"
        case (nil, .server): return "staffroom-media"
        }
    }

    private static func number(_ sources: SettingSources, _ key: SettingKey, in range: ClosedRange<Int>)
        throws -> Int?
    {
        guard let text = sources.value(key) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw SettingError(key, "is no number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func addresses(
        _ sources: SettingSources,
        _ key: SettingKey,
        _ role: ListeningAddress.Role
    ) throws -> [ListeningAddress] {
        try sources.values(key).map { text in
            do {
                return try ListeningAddress(text, role: role)
            } catch {
                throw SettingError(key, "\(text) is no address and port, such as 127.0.0.1:8080: \(error)")
            }
        }
    }

    private static func tls(_ sources: SettingSources) throws -> HTTPServerSettings.TLSFiles? {
        switch (sources.value(.tlsCertificate), sources.value(.tlsKey)) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            return HTTPServerSettings.TLSFiles(certificate: certificate, key: key)
        case (nil, _): throw SettingError(.tlsCertificate, "is missing; tls-key is given")
        case (_, nil): throw SettingError(.tlsKey, "is missing; tls-certificate is given")
        }
    }

    private static func ranges(_ sources: SettingSources, _ key: SettingKey) throws -> [AddressRange] {
        try sources.values(key).map { text in
            do {
                return try AddressRange(text)
            } catch {
                throw SettingError(key, "\(text): \(error)")
            }
        }
    }

    private static func flag(_ sources: SettingSources, _ key: SettingKey) throws -> Bool {
        switch sources.value(key)?.lowercased() {
        case nil, "false", "no", "0": false
        case "true", "yes", "1": true
        default: throw SettingError(key, "is neither true nor false")
        }
    }
}
