import Content
import Domain

/// Reads the rows of a table that somebody brings along.
///
/// Pure but for the file.
struct TableReader {
    /// What a row says.
    enum Row: Sendable, Equatable {
        case row(subject: String, detail: String)
        case refused(item: String, reason: String)
    }

    let kind: AccountImport.Kind
    let limits: ArchiveLimits

    /// Reads a file of the kind, a few rows at a time; stops at the most rows that are taken.
    ///
    /// - Throws: `ArchiveError.unreadable`, and what the body throws.
    func read(_ path: String, _ body: ([Row]) async throws -> Void) async throws {
        var reader = CSVReader(limit: limits.rowBytes)
        var (number, isOver) = (0, false)
        func take(_ rows: [CSVReader.Row]) async throws {
            var taken: [Row] = []
            for row in rows where !isOver {
                number += 1
                guard number <= limits.rows else {
                    isOver = true
                    taken.append(
                        .refused(
                            item: "row \(number)",
                            reason:
                                "no more than \(limits.rows) rows are read; it and all below it were left out"
                        )
                    )
                    break
                }
                if let row = self.row(row, number) { taken.append(row) }
            }
            if !taken.isEmpty { try await body(taken) }
        }
        struct Enough: Error {}
        do {
            try await forEachPart(of: path) { part in
                try await take(reader.feed(part))
                if isOver { throw Enough() }
            }
            try await take(reader.finish())
        } catch is Enough {}
    }

    /// A row; nil for the names of the columns.
    private func row(_ row: CSVReader.Row, _ number: Int) -> Row? {
        guard case .fields(let fields) = row else {
            return .refused(item: "row \(number)", reason: "the row is too long, or its quotes do not match")
        }
        let texts = fields.map { $0.trimmed }
        guard let first = texts.first, !first.isEmpty else {
            return .refused(item: "row \(number)", reason: "its first column is empty")
        }
        if number == 1, first.lowercased() == "account address" { return nil }
        if first.utf8.count > ImportRow.longest || first.utf8.contains(0) {
            return .refused(
                item: "row \(number)",
                reason: "its first column is too long, or has what no text has"
            )
        }
        guard kind == .lists else {
            return .row(subject: first, detail: detail(texts.dropFirst().map { $0.lowercased() }))
        }
        guard texts.count >= 2, !texts[1].isEmpty, texts[1].utf8.count <= ImportRow.longest,
            !texts[1].utf8.contains(0)
        else { return .refused(item: "row \(number)", reason: "it needs a list and an account") }
        return .row(subject: texts[1], detail: first)
    }

    /// What differs from the usual, as the columns behind the first say it.
    private func detail(_ columns: [String]) -> String {
        switch kind {
        case .follows:
            return [
                columns.first == "false" ? ImportDetail.withoutBoosts : nil,
                columns.dropFirst().first == "true" ? ImportDetail.notifies : nil,
            ].compactMap { $0 }.joined(separator: " ")
        case .mutes: return columns.first == "false" ? ImportDetail.withNotices : ""
        default: return ""
        }
    }
}

/// Words of a row's detail.
enum ImportDetail {
    static let withoutBoosts = "without-boosts"
    static let notifies = "notifies"
    static let withNotices = "with-notices"
}

extension String {
    /// Without the white space around it.
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return String(start.prefix(start.count - start.reversed().prefix(while: \.isWhitespace).count))
    }
}
