public import Domain
import Foundation

/// Drafts are kept as JSON. What a later program adds is missing in those of an earlier one, so that all but the text may
/// be missing.
extension PostDraft: Decodable {
    /// Reads a draft.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(text: try fields.decode(String.self, forKey: .text))
        func read<Value: Decodable>(_ key: CodingKeys, into value: inout Value) throws {
            if let found = try fields.decodeIfPresent(Value.self, forKey: key) { value = found }
        }
        try read(.format, into: &format)
        try read(.title, into: &title)
        uploads = try fields.decodeIfPresent([Upload.ID].self, forKey: .uploads)
        cover = try fields.decodeIfPresent(Upload.ID.self, forKey: .cover)
        try read(.uploadTexts, into: &uploadTexts)
        learning = try fields.decodeIfPresent(Learning.self, forKey: .learning)
        try read(.audience, into: &audience)
        try read(.isLocalOnly, into: &isLocalOnly)
        try read(.replyPolicy, into: &replyPolicy)
        try read(.boostPolicy, into: &boostPolicy)
        try read(.quotePolicy, into: &quotePolicy)
        quotes = try fields.decodeIfPresent(Post.ID.self, forKey: .quotes)
        inReplyTo = try fields.decodeIfPresent(Post.ID.self, forKey: .inReplyTo)
        try read(.summary, into: &summary)
        try read(.isSensitive, into: &isSensitive)
        language = try fields.decodeIfPresent(String.self, forKey: .language)
        poll = try fields.decodeIfPresent(PollDraft.self, forKey: .poll)
    }

    /// What is kept of it.
    ///
    /// - Throws: `OutboxError.badText` when it is longer than `SavedDraft.longestDocument`.
    func document() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = try encoder.encode(self)
        guard bytes.count <= SavedDraft.longestDocument else {
            throw OutboxError.badText(reason: "the draft is too long to be kept")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension SavedDraft {
    /// What is written.
    ///
    /// - Throws: `OutboxError.badText` when it cannot be read, as when a later program has written it.
    public func draft() throws(OutboxError) -> PostDraft {
        do {
            return try JSONDecoder().decode(PostDraft.self, from: Data(document.utf8))
        } catch {
            throw .badText(reason: "the draft cannot be read by this version of the server")
        }
    }
}
