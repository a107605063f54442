import Domain
import Storage

/// The school exchanges activities with the sender's host.
struct AllowedHost: InboxPolicy {
    let database: any SQLDatabase

    func judge(_ candidate: inout Candidate) async -> Judgement {
        guard let host = candidate.envelope?.actor.host else { return .stop(.refused(.malformed)) }
        let school = candidate.request.school
        do {
            switch try await database.read({ try $0.partners.admission(of: host, at: school) }) {
            case .allowed: return .pass
            case .paused: return .stop(.tryAgain(.hostPaused, after: .hours(1)))
            case .refused: return .stop(.refused(.hostNotAllowed))
            }
        } catch {
            return .stop(.tryAgain(.storageUnavailable, after: .seconds(30)))
        }
    }
}
