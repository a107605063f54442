/// A program that has registered with a school, to act for people who let it.
public struct ClientApp: Sendable, Hashable {
    /// The type of an app's id.
    public typealias ID = Domain.ID<ClientApp>

    /// The address that means: show the code to the person, who carries it over.
    ///
    /// Spec: the convention of installed applications that Mastodon's clients keep.
    public static let outOfBand = "urn:ietf:wg:oauth:2.0:oob"

    /// Its id.
    public let id: ID
    /// The school where it may be used.
    public let school: School.ID
    /// What it calls itself by; random, and no secret.
    public let clientID: String
    /// SHA-256 of its secret, in hexadecimal.
    public let secretHash: String
    /// The name that people see; whoever registered it has chosen it.
    public let name: String
    /// Its page; empty if it has none.
    public let website: String
    /// Where people may be sent back to, each compared byte for byte.
    public let redirectURIs: [String]
    /// The most that it may ask for, such as `read write:statuses`.
    public let scopes: String
    /// When it registered.
    public let createdAt: Timestamp

    /// Puts an app together.
    public init(
        id: ID,
        school: School.ID,
        clientID: String,
        secretHash: String,
        name: String,
        website: String = "",
        redirectURIs: [String],
        scopes: String,
        createdAt: Timestamp
    ) {
        self.id = id
        self.school = school
        self.clientID = clientID
        self.secretHash = secretHash
        self.name = name
        self.website = website
        self.redirectURIs = redirectURIs
        self.scopes = scopes
        self.createdAt = createdAt
    }
}
