public import Domain

/// What an app asks a person for.
///
/// Spec: RFC 6749 section 4.1.1, RFC 7636 section 4.3.
public struct AuthorizationRequest: Sendable, Hashable {
    /// The fields that a request may have, each at most once.
    public static let fields = [
        "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge",
        "code_challenge_method",
    ]

    /// Who asks.
    public let app: ClientApp
    /// Where the answer goes; one of the app's own.
    public let redirectURI: String
    /// What it asks for.
    public let scopes: Scopes
    /// What it wants to get back with the answer.
    public let state: String?
    /// What it will prove when it redeems the code.
    let challenge: String?

    /// Where an answer may be sent, whatever else is wrong with the request.
    ///
    /// - Throws: `OAuthError.invalidRequest` when it is none of the app's, byte for byte: then nobody may be sent there.
    public static func redirectURI(_ text: String?, of app: ClientApp) throws(OAuthError) -> String {
        guard let text, let known = app.redirectURIs.first(where: { $0.utf8.elementsEqual(text.utf8) }) else {
            throw .invalidRequest("The redirect URI is none that the client has registered")
        }
        return known
    }

    /// Reads the fields of a request whose client and address are known to be good.
    ///
    /// - Throws: `OAuthError`: to be sent to the address.
    public init(_ app: ClientApp, redirectURI: String, _ field: (String) -> String?) throws(OAuthError) {
        guard field("response_type") == "code" else { throw .unsupportedResponseType }
        guard let scopes = Scopes(field("scope").flatMap { $0.isEmpty ? nil : $0 } ?? "read"),
            let registered = Scopes(app.scopes), registered.cover(scopes)
        else { throw .invalidScope }
        let challenge = field("code_challenge").flatMap { $0.isEmpty ? nil : $0 }
        let method = field("code_challenge_method").flatMap { $0.isEmpty ? nil : $0 }
        if challenge != nil || method != nil {
            // Without a method it would be "plain", which protects from nothing.
            guard method == "S256" else { throw .invalidRequest("The only code challenge method is S256") }
            guard let challenge, Self.isDigest(challenge) else {
                throw .invalidRequest("The code challenge is no SHA-256 in base64url")
            }
        }
        self.app = app
        self.redirectURI = redirectURI
        self.scopes = scopes
        self.challenge = challenge
        state = field("state")
    }

    private static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 43 && text.utf8.allSatisfy(Secret.isBase64URL)
    }
}
