import Domain
import Storage
import Vocabulary

/// What a post quotes, who quotes it, and who may.
///
/// Reference: Mastodon's API, Quote, ShallowQuote and QuoteApproval.
struct QuoteEntity {
    let school: School

    func add(_ shown: PresentedPost, to status: inout JSONObject) {
        status["quotes_count"] = .integer(Int64(shown.quotes))
        status["quote"] = shown.quote.map { .object(quote($0)) } ?? .null
        let policy = shown.post.audience.isForEverybody ? shown.post.quotePolicy : .nobody
        status["quote_approval"] = [
            "automatic": .array(Self.who(policy.automatic)), "manual": .array(Self.who(policy.manual)),
            "current_user": .string(Self.word(shown.mayQuote)),
        ]
    }

    private func quote(_ quote: PresentedQuote) -> JSONObject {
        switch quote {
        case .shown(let post):
            [
                "state": "accepted",
                "quoted_status": .object(StatusEntity(school: school).make(post)),
            ]
        case .named(let id): ["state": "accepted", "quoted_status_id": .string(id.description)]
        case .hidden(let reason): ["state": .string(reason.rawValue), "quoted_status": .null]
        }
    }

    /// Mastodon knows no rule for those who are mentioned.
    private static func who(_ policy: InteractionPolicy) -> [JSONValue] {
        switch policy {
        case .everyone: ["public"]
        case .followers: ["followers"]
        case .mentioned: ["unsupported_policy"]
        case .nobody: []
        }
    }

    private static func word(_ verdict: QuotePolicy.Verdict) -> String {
        switch verdict {
        case .approved: "automatic"
        case .asked: "manual"
        case .refused: "denied"
        }
    }
}
