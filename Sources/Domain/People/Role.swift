/// What an account may do at its school.
///
/// Ranked: whoever looks after accounts acts only on those of a lower rank.
public enum Role: String, Sendable, CaseIterable {
    /// Reads and writes its own.
    case member
    /// Also reads what moderators and admins do, and changes nothing.
    case auditor
    /// Also handles reports, and limits and suspends members.
    case moderator
    /// Also changes the school: accounts, partners, settings.
    case admin
    /// All of that at every school of the instance, and over accounts of other servers.
    case districtAdmin = "district-admin"

    /// Whether it reads reports.
    public var readsReports: Bool { self != .member }

    /// Whether it handles reports.
    public var handlesReports: Bool { readsReports && self != .auditor }

    /// Whether it reads how a school is run: partners, queue and audit log.
    public var readsSchool: Bool { self == .auditor || changesSchool }

    /// Whether it changes how a school is run: partners, accounts, roles.
    public var changesSchool: Bool { self == .admin || self == .districtAdmin }

    /// Whether it may give another role to somebody: one that does not stand above its own.
    public func mayGive(_ other: Role) -> Bool { changesSchool && !other.isAbove(self) }

    /// Whether it stands above another: only then may it act on whoever has that.
    public func isAbove(_ other: Role) -> Bool { rank > other.rank }

    private var rank: Int {
        switch self {
        case .member: 0
        case .auditor: 1
        case .moderator: 2
        case .admin: 3
        case .districtAdmin: 4
        }
    }
}
