/// Why a message's signature was refused, or could not be made.
///
/// Names and values in it came from outside; `operatorText` shortens them.
public enum SignatureError: Error, Sendable, Hashable {
    /// There is no Signature field.
    case unsigned
    /// A field that decides over security is there twice.
    case duplicateField(String)
    /// A Signature or Signature-Input field is longer than 8 KiB.
    case tooLarge
    /// More than 64 names are covered.
    case tooManyNames
    /// A field cannot be read by its grammar.
    case malformedField(String)
    /// A Signature-Input field stands beside a draft-cavage signature.
    case mixedSchemes
    /// There are several signatures, or the labels of the two fields differ.
    case notOneLabel
    /// A parameter is given twice, or in another case than its own.
    case duplicateParameter(String)
    /// A required parameter is missing.
    case missingParameter(String)
    /// A parameter is unknown or of the wrong kind.
    case unusableParameter(String)
    /// The key id is empty, too long, or an acct: address.
    case unusableKeyID
    /// The algorithm is none of ours.
    case unknownAlgorithm(String)
    /// The signature's bytes are not strict Base64.
    case malformedSignature
    /// Something that must be covered is not.
    case notCovered(String)
    /// A name is covered twice.
    case duplicateComponent(String)
    /// A covered component is one that we do not derive.
    case unusableComponent(String)
    /// A covered field is not in the message.
    case missingField(String)
    /// The Host field names another authority, or is missing.
    case wrongHost
    /// The date is missing, malformed or there twice.
    case badDate
    /// `created` or `expires` is no whole number of seconds, or may not be used with the algorithm.
    case badTimestamp(String)
    /// It was made too long ago.
    case tooOld
    /// It was made in the future.
    case tooFarAhead
    /// It has expired.
    case expired
    /// A digest field cannot be read.
    case malformedDigest(String)
    /// A digest field names no algorithm that we know.
    case unknownDigest(String)
    /// The body is not the one that was signed.
    case digestMismatch(String)
    /// The key is of another kind than the algorithm says.
    case wrongKeyKind
    /// The signature is not this key's over this message.
    case doesNotVerify
    /// A message cannot be signed as it is; ours to mend.
    case cannotSign(String)
}

extension SignatureError {
    /// Tells whether the peer is told 400, because its request is malformed; else it is told 401.
    public var isBadRequest: Bool {
        switch self {
        case .duplicateField, .tooLarge, .tooManyNames, .malformedField, .malformedDigest: true
        default: false
        }
    }

    /// The text for the peer: it does not say which rule refused the request.
    public var peerText: String {
        isBadRequest
            ? "The request's header fields are malformed."
            : "The request's signature is missing or not valid."
    }

    /// The text for operators and logs, one line; parts from outside are cut to 80 printable ASCII bytes.
    public var operatorText: String {
        switch self {
        case .unsigned: "no Signature field"
        case .duplicateField(let name): "field twice: \(Self.clean(name))"
        case .tooLarge: "signature field longer than \(SignatureLimits.fieldBytes) bytes"
        case .tooManyNames: "more than \(SignatureLimits.names) covered names"
        case .malformedField(let name): "malformed field: \(Self.clean(name))"
        case .mixedSchemes: "Signature-Input beside a draft-cavage signature"
        case .notOneLabel: "not exactly one signature label"
        case .duplicateParameter(let name): "parameter twice: \(Self.clean(name))"
        case .missingParameter(let name): "parameter missing: \(Self.clean(name))"
        case .unusableParameter(let name): "unusable parameter: \(Self.clean(name))"
        case .unusableKeyID: "unusable key id"
        case .unknownAlgorithm(let name): "unknown algorithm: \(Self.clean(name))"
        case .malformedSignature: "signature is not strict Base64"
        case .notCovered(let name): "not covered: \(Self.clean(name))"
        case .duplicateComponent(let name): "covered twice: \(Self.clean(name))"
        case .unusableComponent(let name): "component not supported: \(Self.clean(name))"
        case .missingField(let name): "covered field missing: \(Self.clean(name))"
        case .wrongHost: "Host is not the authority that was asked"
        case .badDate: "Date missing, malformed or twice"
        case .badTimestamp(let name): "bad timestamp: \(Self.clean(name))"
        case .tooOld: "signature too old"
        case .tooFarAhead: "signature from the future"
        case .expired: "signature expired"
        case .malformedDigest(let name): "malformed digest field: \(Self.clean(name))"
        case .unknownDigest(let name): "no known algorithm in \(Self.clean(name))"
        case .digestMismatch(let name): "body does not match \(Self.clean(name))"
        case .wrongKeyKind: "key is of another kind than the algorithm"
        case .doesNotVerify: "signature does not verify"
        case .cannotSign(let reason): "cannot sign: \(Self.clean(reason))"
        }
    }

    private static func clean(_ text: String) -> String {
        let bytes = text.utf8.prefix(80).map { ASCII.isPrintable($0, spaces: true) ? $0 : UInt8(ascii: "?") }
        return String(decoding: bytes, as: UTF8.self)
    }
}
