/// What a person has allowed an app, from their consent until they, or the app, take it back.
///
/// It begins with a code, which the app turns into tokens once. All tokens of a permission end with it.
public struct Permission: Sendable, Hashable {
    /// The type of a permission's id.
    public typealias ID = Domain.ID<Permission>

    /// Its id.
    public let id: ID
    /// Who may act.
    public let app: ClientApp.ID
    /// For whom.
    public let account: Account.ID
    /// What is allowed, such as `read write:statuses`.
    public let scopes: String
    /// SHA-256 of its code, in hexadecimal.
    public let codeHash: String
    /// Where the code was sent; who turns it into tokens has to name the same.
    public let redirectURI: String
    /// SHA-256, in base64url, of what the app has to name with the code; nil when it said nothing.
    ///
    /// Spec: RFC 7636.
    public let challenge: String?
    /// When the person consented.
    public let createdAt: Timestamp
    /// Until when the code is good.
    public let codeExpiresAt: Timestamp
    /// When the code was turned into tokens.
    public let redeemedAt: Timestamp?
    /// When it was last used, to a day.
    public let usedAt: Timestamp?

    /// Puts a permission together.
    public init(
        id: ID,
        app: ClientApp.ID,
        account: Account.ID,
        scopes: String,
        codeHash: String,
        redirectURI: String,
        challenge: String?,
        createdAt: Timestamp,
        codeExpiresAt: Timestamp,
        redeemedAt: Timestamp? = nil,
        usedAt: Timestamp? = nil
    ) {
        self.id = id
        self.app = app
        self.account = account
        self.scopes = scopes
        self.codeHash = codeHash
        self.redirectURI = redirectURI
        self.challenge = challenge
        self.createdAt = createdAt
        self.codeExpiresAt = codeExpiresAt
        self.redeemedAt = redeemedAt
        self.usedAt = usedAt
    }
}
