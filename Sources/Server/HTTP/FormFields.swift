import HTTPTypes
public import Hummingbird
import HummingbirdCore

/// The fields of a form as browsers send it (`application/x-www-form-urlencoded`).
public struct FormFields: Sendable {
    private let fields: [(name: String, value: String)]

    /// Reads the text of a form.
    public init(_ text: String) {
        let uri = HummingbirdCore.URI("/?" + text.replacing("+", with: "%20"))
        fields = uri.queryParameters.map { (String($0.key), String($0.value)) }
    }

    /// Reads a request's body; the limit is in bytes.
    ///
    /// - Throws: `Problem`: 415 for anything but a form, 413 above the limit.
    public static func read(_ request: Request, limit: Int, _ context: ServerContext) async throws
        -> FormFields
    {
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased()
        guard type == "application/x-www-form-urlencoded" else { throw Problem(.unsupportedMediaType) }
        let body = try await request.collectBody(limit: limit, context)
        return FormFields(String(decoding: body, as: UTF8.self))
    }

    /// All fields, in order.
    public var all: [(name: String, value: String)] { fields }

    /// The last value of a field.
    public subscript(name: String) -> String? { fields.last { $0.name == name }?.value }
}
