import Domain
import HTTPTypes
import Outbox
import Server
import Vocabulary

/// What clients send to write or edit a post: Mastodon's parameters, and ours.
///
/// Docs/ClientAPI.md lists them.
struct StatusParameters {
    private let parameters: Parameters

    init(_ parameters: Parameters) {
        self.parameters = parameters
    }

    /// The draft that the parameters make of another one.
    ///
    /// Mastodon's own are taken as there: what is not said is not there. Ours stay as they were.
    ///
    /// - Throws: `Problem` with status 422 for a word that is none of those it can be.
    func draft(from start: PostDraft) throws -> PostDraft {
        var draft = start
        draft.text = parameters.text("status") ?? ""
        draft.summary = parameters.text("spoiler_text") ?? ""
        draft.isSensitive = parameters.flag("sensitive") ?? false
        draft.language = parameters.text("language").flatMap { $0.isEmpty || $0.utf8.count > 35 ? nil : $0 }
        draft.uploads = try parameters.texts("media_ids").map { text in
            guard let id = Upload.ID(text) else { throw OutboxError.noSuchUpload }
            return id
        }
        draft.uploadTexts = uploadTexts
        if let word = parameters.text("staffroom_audience") ?? parameters.text("visibility") {
            guard let audience = Audience(clientWord: word) else {
                throw Problem(
                    .unprocessableContent,
                    detail: "visibility is none of public, unlisted, private, direct"
                )
            }
            draft.audience = audience
        }
        draft.cover = try parameters.id("cover_id").map { Upload.ID(rawValue: $0) }
        if let title = parameters.text("title") { draft.title = title }
        if let format: PostDraft.Format = try word("content_type") { draft.format = format }
        if let policy: InteractionPolicy = try word("reply_policy") { draft.replyPolicy = policy }
        if let policy: InteractionPolicy = try word("boost_policy") { draft.boostPolicy = policy }
        if let policy = try quotePolicy() { draft.quotePolicy = policy }
        if let isLocalOnly = parameters.flag("local_only") { draft.isLocalOnly = isLocalOnly }
        draft.learning = try learning(draft.learning)
        draft.poll = try parameters.poll()
        return draft
    }

    /// Who may quote: Mastodon's words, and `ask` of our own.
    ///
    /// - Throws: `Problem` with status 422 for another word.
    func quotePolicy() throws -> QuotePolicy? {
        guard let text = parameters.text("quote_approval_policy") else { return nil }
        guard let choice = QuotePolicy.Choice(clientWord: text) else {
            throw Problem(
                .unprocessableContent,
                detail: "quote_approval_policy is none of public, followers, ask, nobody"
            )
        }
        return QuotePolicy(choice)
    }

    /// The draft of something new.
    ///
    /// - Throws: `Problem` with status 400 or 422.
    func newDraft() throws -> PostDraft {
        var draft = try draft(from: PostDraft(text: ""))
        draft.inReplyTo = try parameters.id("in_reply_to_id").map { Post.ID(rawValue: $0) }
        draft.quotes = try parameters.id("quoted_status_id").map { Post.ID(rawValue: $0) }
        return draft
    }

    /// When it is to be published; nil for now.
    ///
    /// - Throws: `Problem` with status 422 when that is no time.
    func scheduledAt() throws -> Timestamp? {
        guard let text = parameters.text("scheduled_at"), !text.isEmpty else { return nil }
        guard let time = WireDate.parse(text) else {
            throw Problem(.unprocessableContent, detail: "scheduled_at is no time with an offset or Z")
        }
        return Timestamp(milliseconds: time)
    }

    private var uploadTexts: [PostDraft.UploadText] {
        parameters.objects("media_attributes").compactMap { fields in
            fields["id"].flatMap { Upload.ID($0) }.map {
                PostDraft.UploadText(
                    $0,
                    description: fields["description"],
                    focus: fields["focus"].flatMap { Post.Attachment.Focus(clientText: $0) }
                )
            }
        }
    }

    /// An empty kind takes the kind away.
    private func learning(_ start: Learning?) throws -> Learning? {
        var learning = start
        if let word = parameters.text("learning_kind") {
            if word.isEmpty { return nil }
            guard let kind: Learning.Kind = try self.word("learning_kind") else { return nil }
            learning = Learning(kind, whatWeDid: start?.whatWeDid ?? "", why: start?.why ?? "")
        }
        if let text = parameters.text("what_we_did") { learning?.whatWeDid = text }
        if let text = parameters.text("why") { learning?.why = text }
        return learning
    }

    private func word<Word: RawRepresentable & CaseIterable>(_ name: String) throws -> Word?
    where Word.RawValue == String {
        guard let text = parameters.text(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.unprocessableContent, detail: "\(name) is none of \(words)")
        }
        return word
    }
}

extension QuotePolicy.Choice {
    /// The word of Mastodon's API.
    var clientWord: String { self == .everyone ? "public" : rawValue }

    /// Reads the word of Mastodon's API, or one of our own.
    init?(clientWord word: String) {
        guard let choice = Self.allCases.first(where: { $0.clientWord == word }) else { return nil }
        self = choice
    }
}
