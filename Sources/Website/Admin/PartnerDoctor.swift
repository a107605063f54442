public import Domain

/// Looks into the way to another server for those who run a school, as `staffroom doctor HOST` does.
public protocol PartnerDoctor: Sendable {
    /// What was found, in the order of looking; takes as long as the other server does, a minute or so at most.
    func examine(_ host: Host, for school: School) async -> [PartnerFinding]
}

/// One thing that the doctor looked at.
public struct PartnerFinding: Sendable {
    /// What came of it.
    public enum Verdict: Sendable {
        /// All is well.
        case fine
        /// Nothing is wrong, but something is worth knowing or could not be looked at.
        case note
        /// Something is wrong.
        case bad
    }

    /// What was looked at.
    let name: String
    let verdict: Verdict
    /// What was seen.
    let text: String
    /// What to do; nil when there is nothing.
    let advice: String?

    /// Puts a finding together.
    public init(_ name: String, _ verdict: Verdict, _ text: String, advice: String?) {
        self.name = name
        self.verdict = verdict
        self.text = text
        self.advice = advice
    }
}
