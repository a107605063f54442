import CCurl
import Domain

/// The header fields of one request in libcurl's form; freed with its owner.
final class FieldList {
    private(set) var list: UnsafeMutablePointer<curl_slist>?

    /// Writes the fields.
    ///
    /// - Throws: `refusedRequest` for a name that is no token, a value with a control character, or a field that only
    ///   Transport may write. Spec: RFC 9110 section 5.
    init(_ request: OutboundRequest, userAgent: String) throws(TransferError) {
        var namesAgent = false
        for (name, value) in request.fields where !name.isFieldName("host") {
            guard Self.isToken(name), Self.isValue(value) else {
                throw .refusedRequest(reason: "a header field is not well-formed")
            }
            guard !Self.ours.contains(where: name.isFieldName) else {
                throw .refusedRequest(reason: "the field \(name) is not the caller's to set")
            }
            namesAgent = namesAgent || name.isFieldName("user-agent")
            // libcurl takes "Name:" for a wish to leave the field out.
            append(value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        append("Host: \(request.uri.host)")
        if !namesAgent { append("User-Agent: \(userAgent)") }
        // No content coding is asked for, so there is nothing to inflate.
        append("Accept-Encoding: identity")
        append("Expect:")
        if !request.fields.contains(where: { $0.name.isFieldName("accept") }) { append("Accept: */*") }
        if request.method == .post, !request.fields.contains(where: { $0.name.isFieldName("content-type") }) {
            append("Content-Type:")
        }
    }

    deinit { curl_slist_free_all(list) }

    private func append(_ line: String) {
        guard let longer = curl_slist_append(list, line) else { return }
        list = longer
    }

    private static let ours = [
        "accept-encoding", "connection", "content-length", "expect", "te", "trailer", "transfer-encoding",
        "upgrade",
    ]

    private static func isToken(_ name: String) -> Bool {
        !name.utf8.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }

    private static func isValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}
