import Domain
import Vocabulary

/// Filters as clients read them.
///
/// Reference: Mastodon's API, Filter, FilterKeyword, FilterStatus, FilterResult and V1::Filter.
enum FilterEntity {
    /// A filter; with its words and posts except inside of a result.
    static func make(_ filter: PostFilter, isWhole: Bool = true) -> JSONObject {
        var entity: JSONObject = [
            "id": .string(filter.id.description),
            "title": .string(filter.title),
            "context": contexts(filter),
            "expires_at": filter.expiresAt.map { .string(WireDate.format($0.milliseconds)) } ?? nil,
            "filter_action": .string(filter.action.rawValue),
        ]
        if isWhole {
            entity["keywords"] = .array(filter.keywords.map(keyword))
            entity["statuses"] = .array(filter.entries.map(entry))
        }
        return entity
    }

    static func keyword(_ keyword: PostFilter.Keyword) -> JSONValue {
        [
            "id": .string(keyword.id.description),
            "keyword": .string(keyword.text),
            "whole_word": .bool(keyword.isWholeWord),
        ]
    }

    static func entry(_ entry: PostFilter.Entry) -> JSONValue {
        ["id": .string(entry.id.description), "status_id": .string(entry.post.description)]
    }

    /// That a filter matches a post, and by what.
    static func result(_ match: FilterMatch) -> JSONValue {
        [
            "filter": .object(make(match.filter, isWhole: false)),
            "keyword_matches": match.keywords.isEmpty ? nil : .array(match.keywords.map { .string($0) }),
            "status_matches": match.post.map { [.string($0.description)] } ?? nil,
        ]
    }

    /// One keyword as the first version of the API knows filters.
    static func first(_ keyword: PostFilter.Keyword, of filter: PostFilter) -> JSONValue {
        [
            "id": .string(keyword.id.description),
            "phrase": .string(keyword.text),
            "context": contexts(filter),
            "whole_word": .bool(keyword.isWholeWord),
            "expires_at": filter.expiresAt.map { .string(WireDate.format($0.milliseconds)) } ?? nil,
            "irreversible": .bool(filter.action == .hide),
        ]
    }

    private static func contexts(_ filter: PostFilter) -> JSONValue {
        .array(
            PostFilter.Context.allCases.filter(filter.contexts.contains).map { .string($0.rawValue) }
        )
    }
}
