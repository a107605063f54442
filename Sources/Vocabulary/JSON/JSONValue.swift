/// A JSON value as a tree.
///
/// Spec: RFC 8259.
///
/// Numbers without fraction and exponent that fit are `integer`; all others are `number`, always finite.
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
    /// JSON that `JSONWriter` wrote before; the parser never makes it, and to everything but the writer it is opaque.
    case written([UInt8])

    /// The text of a string; nil for anything else.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// A truth value; nil for anything else.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// A whole number; nil for anything else.
    public var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The elements of an array; nil for anything else.
    public var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    /// An object; nil for anything else.
    public var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// One or many: an array's elements, nothing for null, else the value itself.
    public var asList: [JSONValue] {
        switch self {
        case .null: []
        case .array(let values): values
        default: [self]
        }
    }

    /// A reference: a string, or the `id` of an object; of a list, the first element's.
    public var id: String? {
        switch self {
        case .string(let text): text
        case .object(let object): object["id"]?.string ?? object["@id"]?.string
        case .array(let values): values.first?.idOfElement
        default: nil
        }
    }

    private var idOfElement: String? {
        if case .array = self { nil } else { id }
    }

    /// The embedded object, if it is not a mere reference; of a list, the first element.
    public var embedded: JSONObject? {
        switch self {
        case .object(let object): object
        case .array(let values): values.first?.object
        default: nil
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    /// Makes a string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Makes a truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Makes a whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// Makes an array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// Makes an object.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
    /// Makes null.
    public init(nilLiteral: ()) { self = .null }
}

extension JSONValue: ExpressibleByStringInterpolation {}
