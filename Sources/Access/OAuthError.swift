/// Why an app got no token, or cannot ask for one.
///
/// Spec: RFC 6749 sections 4.1.2.1 and 5.2.
public enum OAuthError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Something is missing, twice or malformed.
    case invalidRequest(String)
    /// There is no such app, or its secret is not right.
    case invalidClient
    /// The code or the refresh token is none, used, too old, or was given to somebody else.
    case invalidGrant
    /// The token is another app's.
    case unauthorizedClient
    /// There is no such way to get a token.
    case unsupportedGrantType
    /// There is no such way to ask for consent.
    case unsupportedResponseType
    /// The scopes are none, or more than the app has registered for.
    case invalidScope
    /// The person has said no.
    case accessDenied

    /// The code for programs.
    public var code: String {
        switch self {
        case .invalidRequest: "invalid_request"
        case .invalidClient: "invalid_client"
        case .invalidGrant: "invalid_grant"
        case .unauthorizedClient: "unauthorized_client"
        case .unsupportedGrantType: "unsupported_grant_type"
        case .unsupportedResponseType: "unsupported_response_type"
        case .invalidScope: "invalid_scope"
        case .accessDenied: "access_denied"
        }
    }

    /// The text for whoever writes the app; ASCII, as the specification demands.
    public var description: String {
        switch self {
        case .invalidRequest(let text): text
        case .invalidClient: "There is no such client, or its secret is not right"
        case .invalidGrant:
            "The code or token is invalid, used, expired, revoked, or was given to another client"
        case .unauthorizedClient: "The token was given to another client"
        case .unsupportedGrantType:
            "The grant types are authorization_code, refresh_token and client_credentials"
        case .unsupportedResponseType: "The only response type is code"
        case .invalidScope: "The scope is unknown, or more than the client has registered for"
        case .accessDenied: "The person has refused"
        }
    }
}
