import HTTPTypes

/// The fields that every response carries, unless its route has set them.
enum SecurityHeaders {
    /// Adds the missing ones; with TLS, browsers are told to keep to it for a year.
    static func add(to fields: inout HTTPFields, isSecure: Bool) {
        set(.xContentTypeOptions, "nosniff", in: &fields)
        set(.referrerPolicy, "same-origin", in: &fields)
        set(.frameOptions, "DENY", in: &fields)
        set(.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'", in: &fields)
        if isSecure { set(.strictTransportSecurity, "max-age=31536000", in: &fields) }
    }

    private static func set(_ name: HTTPField.Name, _ value: String, in fields: inout HTTPFields) {
        if !fields.contains(name) { fields.append(HTTPField(name: name, value: value)) }
    }
}
