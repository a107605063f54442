public import Domain

/// Who is looking.
public enum Viewer: Sendable, Hashable {
    /// Nobody we know, on a school's pages.
    case anonymous
    /// A local account, with its school.
    case account(Account.ID, school: School.ID)
    /// A peer, on behalf of all of its accounts; its request was signed.
    case server(Host)

    /// The school of the local account that is looking, if it is one.
    public var school: School.ID? {
        guard case .account(_, let school) = self else { return nil }
        return school
    }

    /// The local account that is looking, if it is one.
    public var account: Account.ID? {
        guard case .account(let id, _) = self else { return nil }
        return id
    }
}
