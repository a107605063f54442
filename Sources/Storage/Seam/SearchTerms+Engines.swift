import Domain

/// Search terms as each engine wants them. Words are letters and digits only, so there is nothing to escape.
extension SearchTerms {
    /// For SQLite's FTS5: `"trying this" AND "spell"* NOT "quiz"`.
    var fts5: String {
        let wanted = phrases.filter { !$0.isExcluded }.map(\.fts5).joined(separator: " AND ")
        return phrases.filter(\.isExcluded).reduce("(\(wanted))") { "\($0) NOT \($1.fts5)" }
    }

    /// For PostgreSQL's `to_tsquery`: `('trying' <-> 'this') & 'spell':* & !('quiz')`.
    var tsquery: String {
        phrases.map { ($0.isExcluded ? "!" : "") + $0.tsquery }.joined(separator: " & ")
    }
}

extension SearchTerms.Phrase {
    fileprivate var fts5: String { "\"\(words.joined(separator: " "))\"" + (isPrefix ? "*" : "") }

    fileprivate var tsquery: String {
        "(" + words.map { "'\($0)'" }.joined(separator: " <-> ") + (isPrefix ? ":*" : "") + ")"
    }
}
