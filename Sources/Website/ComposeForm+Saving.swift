import Content
import Domain
import Outbox

extension ComposeForm {
    var isSaved: Bool {
        if case .saved = purpose { true } else { false }
    }

    /// To post it, which is also what the Enter key does; to keep it; to let it wait.
    func buttons(_ word: String) -> String {
        if isEdit { return "<button class=\"primary\">\(word)</button>" }
        return """
            <p class="actions"><button class="primary" name="do" value="post">\(word)</button>
            <button name="do" value="draft" formnovalidate>Save as draft</button></p>
            <details\(dueAt == nil ? "" : " open")><summary>Post it later</summary>
            \(ClockField.html(id: "at", dueAt, at: visit.school))
            <button name="do" value="schedule">Post it then</button></details>
            """
    }

    private var dueAt: Timestamp? {
        if case .saved(let saved, _, _) = purpose { saved.dueAt } else { nil }
    }

    /// The files that a saved draft has, to be kept or taken off.
    var keptFiles: String {
        guard case .saved(_, _, let uploads) = purpose, !uploads.isEmpty else { return "" }
        let boxes = uploads.map { upload in
            let text = upload.description.isEmpty ? upload.kind.shown : upload.description
            return Self.checkbox("keep-\(upload.id)", "Keep: \(PlainText.limit(text, characters: 80))", true)
        }
        return "<fieldset><legend>Files</legend>\(boxes.joined())</fieldset>"
    }
}

/// A field for a day and a time by the school's clock.
enum ClockField {
    static func html(id: String, _ time: Timestamp?, at school: School) -> String {
        let value = time.map { " value=\"\(school.timeZone.clock(at: $0))\"" } ?? ""
        return """
            <label for="\(id)">Day and time, by the school's clock (\(HTMLEscape.text(school.timeZone.description)))</label>
            <input id="\(id)" name="at" type="datetime-local"\(value)>
            """
    }
}

extension PostDraft {
    /// Whether it is written as an article is: an unfinished one has no title yet, but is in Markdown.
    var isArticle: Bool {
        !title.isEmpty || (format == .markdown && poll == nil && inReplyTo == nil && quotes == nil)
    }
}

extension Post.Attachment.Kind {
    /// The name that people see.
    var shown: String {
        switch self {
        case .image: "Picture"
        case .video: "Film"
        case .audio: "Recording"
        case .file: "File"
        }
    }
}
