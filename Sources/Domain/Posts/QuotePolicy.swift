/// Who may quote a post at once, and who may ask its author first: the author chooses.
///
/// Spec: FEP-044f, `canQuote`. Its author always may; what is not for everybody nobody else may quote, whatever it says.
public struct QuotePolicy: Codable, Sendable, Hashable {
    /// Whose quotes are approved without a question.
    public var automatic: InteractionPolicy
    /// Whose quotes wait for the author's answer.
    public var manual: InteractionPolicy

    /// Puts the rules together.
    public init(automatic: InteractionPolicy, manual: InteractionPolicy = .nobody) {
        self.automatic = automatic
        self.manual = manual
    }

    /// Everybody may.
    public static let everyone = QuotePolicy(automatic: .everyone)
    /// Everybody may ask.
    public static let ask = QuotePolicy(automatic: .nobody, manual: .everyone)
    /// Its author alone may.
    public static let nobody = QuotePolicy(automatic: .nobody)

    /// What comes of a quote.
    public enum Verdict: String, Sendable {
        /// It is approved.
        case approved
        /// The author is asked.
        case asked
        /// It is refused.
        case refused
    }

    /// What comes of a quote by somebody who sees the post.
    public func verdict(on standing: InteractionPolicy.Standing) -> Verdict {
        if automatic.allows(standing) { return .approved }
        return manual.allows(standing) ? .asked : .refused
    }

    /// Whether it depends on who follows the author or is mentioned.
    public var needsStanding: Bool {
        automatic.needsStanding || (automatic != .everyone && manual.needsStanding)
    }
}

extension QuotePolicy {
    /// What an author chooses from.
    public enum Choice: String, Sendable, CaseIterable {
        case everyone, followers
        /// Everybody may ask.
        case ask
        case nobody
    }

    /// What a choice means.
    public init(_ choice: Choice) {
        switch choice {
        case .everyone: self = .everyone
        case .followers: self = QuotePolicy(automatic: .followers)
        case .ask: self = .ask
        case .nobody: self = .nobody
        }
    }

    /// The nearest choice that lets nobody whom the policy would not let.
    public var choice: Choice {
        switch automatic {
        case .everyone: .everyone
        case .followers: .followers
        case .mentioned, .nobody: manual == .everyone ? .ask : .nobody
        }
    }
}

extension InteractionPolicy {
    fileprivate var needsStanding: Bool { self == .followers || self == .mentioned }
}
