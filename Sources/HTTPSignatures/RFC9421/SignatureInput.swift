/// What a Signature-Input field says about the one signature it describes.
///
/// Spec: RFC 9421 section 4.1. Components may have no parameters, and only the six registered signature parameters are
/// known; everything else is refused.
struct SignatureInput {
    let label: String
    /// The covered components in the order of the signature, none twice.
    let components: [String]
    /// When it was made, in milliseconds since the epoch.
    let created: Int64
    let expires: Int64?
    let keyID: String
    let algorithm: NamedAlgorithm
    /// The value of `@signature-params` in the signature base: the covered components and parameters, serialised.
    let serialized: String

    /// Reads a field value.
    init(_ field: String) throws(SignatureError) {
        guard let members = StructuredDictionary(field)?.members else {
            throw .malformedField("signature-input")
        }
        guard members.count == 1, let member = members.first else { throw .notOneLabel }
        guard case .list(let items, let parameters) = member.value else {
            throw .malformedField("signature-input")
        }
        label = member.name
        components = try Self.components(items)
        let values = try Self.values(of: parameters)
        guard let created = values.created else { throw .missingParameter("created") }
        guard let keyID = values.keyID else { throw .missingParameter("keyid") }
        self.created = created
        self.keyID = keyID
        expires = values.expires
        algorithm = try NamedAlgorithm(rfc9421: values.algorithm)
        serialized =
            "(" + components.map { "\"\($0)\"" }.joined(separator: " ") + ")"
            + parameters.map(StructuredDictionary.Item.serialized).joined()
    }

    private static func components(
        _ items: [(item: StructuredDictionary.Item, parameters: [StructuredDictionary.Parameter])]
    ) throws(SignatureError) -> [String] {
        guard items.count <= SignatureLimits.names else { throw .tooManyNames }
        var names: [String] = []
        for (item, parameters) in items {
            guard case .string(let name) = item else { throw .malformedField("signature-input") }
            guard parameters.isEmpty, MessageComponent.isUsable(name) else { throw .unusableComponent(name) }
            guard !names.contains(name) else { throw .duplicateComponent(name) }
            names.append(name)
        }
        return names
    }

    private static func values(
        of parameters: [StructuredDictionary.Parameter]
    ) throws(SignatureError) -> (created: Int64?, expires: Int64?, keyID: String?, algorithm: String?) {
        var values: (created: Int64?, expires: Int64?, keyID: String?, algorithm: String?)
        for (name, value) in parameters {
            switch (name, value) {
            case ("created", _): values.created = try time(value, name)
            case ("expires", _): values.expires = try time(value, name)
            case ("keyid", .string(let text)): values.keyID = text
            case ("alg", .string(let text)): values.algorithm = text
            case ("nonce", .string), ("tag", .string): continue
            default: throw .unusableParameter(name)
            }
        }
        return values
    }

    private static func time(_ value: StructuredDictionary.Item, _ name: String) throws(SignatureError)
        -> Int64
    {
        guard case .number(let text) = value, let time = SignatureWindow.milliseconds(ofSeconds: text) else {
            throw .badTimestamp(name)
        }
        return time
    }
}
