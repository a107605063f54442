import Domain
import Storage

extension SQLDatabase {
    /// Makes sure that a host may be asked on behalf of a school: before anything is sent.
    ///
    /// - Throws: `FetchError.notAllowed`, `ownHost`, `ours`.
    func admit(_ host: Host, for school: School) async throws(FetchError) {
        let admission: Admission
        let isOwn: Bool
        do {
            (admission, isOwn) = try await read { db in
                (try db.partners.admission(of: host, at: school), try db.schools.find(host: host) != nil)
            }
        } catch {
            throw .ours(reason: "\(error)")
        }
        if isOwn { throw .ownHost(host) }
        if admission == .refused { throw .notAllowed(host) }
    }
}
