import Configuration
import FoundationEssentials
import Vocabulary

/// Where settings come from: options first, then the environment, then the configuration file.
struct SettingSources {
    private let reader: ConfigReader

    /// Reads the sources.
    ///
    /// - Throws: `SettingError` for a file that cannot be read and for names that are no settings, so that a
    ///   misspelt one is never taken for absent.
    init(options: [SettingKey: [String]], file: String?) throws {
        try Self.checkEnvironment()
        var providers: [any ConfigProvider] = [
            Self.provider(options),
            EnvironmentVariablesProvider().prefixKeys(with: "staffroom"),
        ]
        if let path = file ?? ProcessInfo.processInfo.environment["STAFFROOM_CONFIG"] {
            providers.append(Self.provider(try Self.read(path)))
        }
        reader = ConfigReader(providers: providers)
    }

    /// The value of a setting; nil when it is not given or empty.
    func value(_ key: SettingKey) -> String? {
        reader.string(forKey: ConfigKey([key.rawValue])).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The values of a setting, each perhaps several separated by commas.
    func values(_ key: SettingKey) -> [String] {
        (reader.stringArray(forKey: ConfigKey([key.rawValue])) ?? [])
            .flatMap { $0.split(separator: ",").map { $0.trimmingSpaces } }.filter { !$0.isEmpty }
    }

    private static func provider(_ values: [SettingKey: [String]]) -> InMemoryProvider {
        var entries: [AbsoluteConfigKey: ConfigValue] = [:]
        for (key, texts) in values where !texts.isEmpty {
            let content: ConfigContent = key.isList ? .stringArray(texts) : .string(texts[0])
            entries[AbsoluteConfigKey([key.rawValue])] = ConfigValue(content, isSecret: false)
        }
        return InMemoryProvider(values: entries)
    }

    private static func checkEnvironment() throws {
        let known = Set(SettingKey.allCases.map(\.variable) + ["STAFFROOM_CONFIG"])
        for name in ProcessInfo.processInfo.environment.keys.sorted()
        where name.hasPrefix("STAFFROOM_") && !known.contains(name) {
            throw SettingError(name: name, "there is no such setting")
        }
    }

    /// Reads a JSON object of settings; each a text, a truth value or a list of texts.
    private static func read(_ path: String) throws -> [SettingKey: [String]] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SettingError(name: "config", "\(path) cannot be read")
        }
        let value: JSONValue
        do {
            value = try JSONParser.parse(Array(data))
        } catch {
            throw SettingError(name: "config", "\(path) is no JSON: \(error)")
        }
        guard let members = value.object?.members else {
            throw SettingError(name: "config", "\(path) is no JSON object")
        }
        var settings: [SettingKey: [String]] = [:]
        for member in members {
            guard let key = SettingKey(rawValue: member.key) else {
                throw SettingError(name: member.key, "there is no such setting (in \(path))")
            }
            let texts = member.value.asList.map { $0.string ?? $0.bool.map(String.init(describing:)) }
            guard !texts.contains(nil), key.isList || texts.count == 1 else {
                throw SettingError(
                    key,
                    "must be \(key.isList ? "a text or a list of texts" : "one text") (in \(path))"
                )
            }
            settings[key] = texts.compactMap { $0 }
        }
        return settings
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        var rest = self
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
