/// One web domain served by this instance, with its own name, partners and local feed.
public struct School: Sendable, Hashable {
    /// The type of a school's id.
    public typealias ID = Domain.ID<School>

    /// Who may exchange activities with a school.
    public enum Federation: String, Sendable, CaseIterable {
        /// Approved partners only: the default.
        case partners
        /// Everybody but blocked hosts.
        case open
    }

    /// How many characters a name has at most.
    public static let longestName = 100
    /// How many characters the rules have at most.
    public static let longestRules = 5_000

    /// The row's id.
    public let id: ID
    /// The public origin that every link is built from, whatever address the server listens on.
    public let origin: Origin
    /// The name that people see.
    public var name: String
    /// Who may exchange activities with it.
    public var federation: Federation
    /// Whether reading even public objects needs a signature of an allowed host; on by default.
    public var requiresSignedReads: Bool
    /// Whether its people must say what their pictures, films and recordings show before they can post them.
    public var requiresDescriptions: Bool
    /// Where its clocks are: times on its pages are read and written so.
    public var timeZone: ZoneName
    /// The secret that signs the addresses under which it shows peers' files.
    public let mediaKey: String
    /// The colour of links and buttons on its pages; nil: Staffroom's own.
    public var color: SchoolColor?
    /// What its people have agreed on, a line each; at most `longestRules` characters.
    public var rules: String
    /// Whom its people may write for; what was written for others stays as it is.
    public var audiences: Set<Audience>
    /// When it was added.
    public let createdAt: Timestamp

    /// Puts a school together from stored or given parts.
    ///
    /// `mediaKey`: at least 128 random bits, for good.
    public init(
        id: ID,
        origin: Origin,
        name: String,
        federation: Federation = .partners,
        requiresSignedReads: Bool = true,
        requiresDescriptions: Bool = false,
        timeZone: ZoneName = .utc,
        mediaKey: String,
        color: SchoolColor? = nil,
        rules: String = "",
        audiences: Set<Audience> = Set(Audience.allCases),
        createdAt: Timestamp
    ) {
        self.id = id
        self.origin = origin
        self.name = name
        self.federation = federation
        self.requiresSignedReads = requiresSignedReads
        self.requiresDescriptions = requiresDescriptions
        self.timeZone = timeZone
        self.mediaKey = mediaKey
        self.color = color
        self.rules = rules
        self.audiences = audiences
        self.createdAt = createdAt
    }

    /// The host that its handles and URLs carry.
    public var host: Host { origin.host }
}
