import Domain
import HTTPSignatures
import Peers
import Storage

/// What a verified request says of its sender's followers among ours.
///
/// Spec: FEP-8fcf.
struct FollowerStatement: Sendable {
    private let field: SynchronizationField
    private let actor: URI
    private let school: School

    /// Takes it from a request whose signature covers it; anything else is as if it were not there.
    init?(_ candidate: Candidate) {
        let name = SynchronizationField.name.lowercased()
        let values = candidate.request.message.fields.filter { $0.name.lowercased() == name }.map(\.value)
        guard values.count == 1, let field = values.first.flatMap({ SynchronizationField($0) }),
            candidate.claim?.covers(name) == true,
            let actor = candidate.envelope?.actor, field.partial.origin == actor.origin
        else { return nil }
        self.field = field
        self.actor = actor
        school = candidate.request.school
    }

    /// Notes that there is something to compare when we know other followers than the sender's server does.
    func compare(in db: any SQLConnection, at time: Timestamp) throws {
        guard let account = try db.accounts.find(uri: actor), account.endpoints.followers == field.collection
        else {
            return
        }
        let ours = try db.follows.localFollowers(of: account.id, at: school.id).map(\.uri)
        guard SynchronizationField.digest(of: ours) != field.digest else { return }
        try db.followerChecks.note(
            .init(account: account.id, school: school.id, partial: field.partial),
            at: time
        )
    }
}
