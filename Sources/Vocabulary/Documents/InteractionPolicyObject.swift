/// Who may answer or boost a post, as its home says.
///
/// Spec: GoToSocial's `interactionPolicy`, in which `automaticApproval` was called `always` before.
public struct InteractionPolicyObject: Sendable {
    /// The actors and collections that may answer without being let; nil when nothing is said, which means everybody.
    public let canReply: [String]?
    /// The same of boosting.
    public let canAnnounce: [String]?
    /// Who may quote at once, and who may ask; nil when nothing is said.
    ///
    /// Spec: FEP-044f, `canQuote`.
    public let canQuote: (automatic: [String], manual: [String])?

    /// Reads the term of a document in plain form.
    init(_ value: JSONValue?) {
        let policy = value?.asList.first?.object
        canReply = Self.rule(policy?["canReply"])
        canAnnounce = Self.rule(policy?["canAnnounce"])
        canQuote = (policy?["canQuote"]?.asList.first?.object).map { rule in
            (
                rule.references("automaticApproval", limit: ObjectLimits.people),
                rule.references("manualApproval", limit: ObjectLimits.people)
            )
        }
    }

    /// Those who have to be let first may not, for us: we ask nobody.
    private static func rule(_ value: JSONValue?) -> [String]? {
        guard let rule = value?.asList.first?.object else { return nil }
        let names = ["automaticApproval", "always", "manualApproval", "approvalRequired"]
        guard names.contains(where: { rule[$0] != nil && rule[$0] != .null }) else { return nil }
        let term = rule["automaticApproval"] == nil ? "always" : "automaticApproval"
        return rule.references(term, limit: ObjectLimits.people)
    }
}
