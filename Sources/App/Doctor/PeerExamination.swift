import Domain
import Storage
import Website

/// The doctor of the pages for partners: the same that the command runs.
struct PeerExamination: PartnerDoctor {
    let database: any SQLDatabase
    let clock: any WallClock
    let federation: Federation

    func examine(_ host: Host, for school: School) async -> [PartnerFinding] {
        let doctor = PeerDoctor(database: database, clock: clock, federation: federation, school: school)
        return await doctor.examine(host, nil).map { finding in
            let verdict: PartnerFinding.Verdict =
                switch finding.verdict {
                case .fine: .fine
                case .note: .note
                case .bad: .bad
                }
            return PartnerFinding(finding.name, verdict, finding.text, advice: finding.advice)
        }
    }
}
