public import Domain
import Storage

/// A case with everything that those who handle it read.
public struct CaseFile: Sendable {
    /// The report.
    public let report: Report
    /// Whose moderators look after it.
    public let school: School
    /// Who reported.
    public let reporter: Account
    /// Whom it is about.
    public let reported: Account
    /// Who looks after it, or closed it.
    public let assignee: Account?
    /// The posts that it names and that stand.
    public let posts: [Post]
    /// How many of those that it names were deleted since.
    public let deletedPosts: Int
    /// What moderators wrote, oldest first.
    public let notes: [Report.Note]

    /// Reads what belongs to a report.
    init(_ report: Report, in db: any SQLConnection) throws {
        self.report = report
        guard let school = try db.schools.find(report.school),
            let reporter = try db.accounts.find(report.reporter),
            let reported = try db.accounts.find(report.reported)
        else { throw CaseError.noSuchReport }
        self.school = school
        self.reporter = reporter
        self.reported = reported
        assignee = try report.assignee.flatMap { try db.accounts.find($0) }
        posts = try db.reports.posts(of: report.id)
        deletedPosts = try db.reports.countPosts(of: report.id) - posts.count
        notes = try db.reports.notes(of: report.id)
    }
}

/// Why something was not done about a case or an account.
public enum CaseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no such case, or it is none of theirs to read: the two are told alike.
    case noSuchReport
    /// There is no such account.
    case noSuchAccount
    /// Their role does not let them.
    case notAllowed
    /// Whoever is to get the case does not handle reports at its school, or is whom it is about.
    case notAModerator
    /// Their role does not stand above the account's.
    case ofSameRank
    /// The account is on another server, and other schools of the instance have it too.
    case notOfThisSchool
    /// The case is closed.
    case isResolved
    /// The case is not closed.
    case isNotResolved
    /// The note is empty or too long.
    case badNote(String)

    /// The text for the person who asked.
    public var description: String {
        switch self {
        case .noSuchReport: "there is no such report"
        case .noSuchAccount: "there is no such account"
        case .notAllowed: "your role does not let you do that"
        case .notAModerator:
            "the case can only go to somebody who handles reports at this school, and whom it is not about"
        case .ofSameRank: "that is for somebody whose role stands above the account's"
        case .notOfThisSchool: "the account is not of your school: a district admin decides about it"
        case .isResolved: "the case is closed; open it again first"
        case .isNotResolved: "the case is not closed"
        case .badNote(let reason): reason
        }
    }
}
