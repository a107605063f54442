import HTTPTypes
import Hummingbird

/// Lets pages of other origins, such as apps that run in a browser, call what needs no cookie.
///
/// Nothing here is allowed by a cookie, so that a page gets no more than any other program.
///
/// Spec: Fetch, CORS protocol.
enum CrossOrigin {
    /// Whether pages of other origins may call a path.
    static func isOpen(_ path: String) -> Bool {
        path.hasPrefix("/api/")
            || [
                "/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/.well-known/oauth-authorization-server",
            ]
            .contains(path)
    }

    /// Answers a browser that asks whether it may ask.
    static func preflight() -> Response {
        var response = Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: "GET, HEAD, POST, PUT, PATCH, DELETE",
                .accessControlAllowHeaders: "Authorization, Content-Type, Idempotency-Key",
                .accessControlMaxAge: "86400",
            ]
        )
        add(to: &response.headers)
        return response
    }

    /// Adds what lets a page read the response.
    static func add(to fields: inout HTTPFields) {
        fields[.accessControlAllowOrigin] = "*"
        fields[.accessControlExposeHeaders] = "Link, Retry-After, X-Request-Id"
    }
}
