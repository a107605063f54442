import Domain
import Foundation
import Storage
import Testing
import Vocabulary

@testable import ClientAPI
@testable import Website

/// How a post of a peer's is shown: on its page, and to apps.
struct FixtureRendering {
    let school: School
    let reader: Account

    /// What every document of a post has to say of what apps read of it.
    private static let required = [
        "content", "spoiler_text", "title", "summary", "language", "link", "media_attachments",
    ]

    /// Compares what a page and apps show with `html` and `status` of a step.
    func check(_ shown: PresentedPost, _ expected: JSONObject, _ name: String) {
        let html = PostHTML(visit: Visit(school: school, person: nil))
        let text = html.text(of: shown.post, shown.attachments, isWhole: true)
        #expect(.string(Self.named(text)) == expected["html"], "\(name)")
        // A reader's browser asks nobody but the school.
        #expect(!text.contains("src=\"http"), "\(name)")
        if shown.post.body.title.isEmpty, shown.poll == nil {
            #expect(html.article(shown, isWhole: true).contains(text), "\(name)")
        }
        let status = Self.named(.object(StatusEntity(school: school).make(shown))).object ?? [:]
        let wanted = expected["status"]?.object ?? [:]
        for key in Self.required { #expect(wanted[key] != nil, "\(name): \(key) is not said") }
        for key in wanted.members.map(\.key) {
            let (found, told) = (Self.reduced(status[key], like: wanted[key]), wanted[key])
            if key == "mentions" {
                // In which order people are mentioned says nothing.
                #expect(Self.names(found) == Self.names(told), "\(name)")
            } else {
                #expect(found == told, "\(name): \(key)")
            }
        }
    }

    private static func names(_ mentions: JSONValue?) -> [String]? {
        mentions?.array?.compactMap { $0.object?["acct"]?.string }.sorted()
    }

    /// Addresses at which the school shows peers' files, as `via:` and the file's own.
    private static func named(_ text: String) -> String {
        text.replacing(#/(https://north\.test)?/media/remote/[A-Za-z0-9_-]{22}/([A-Za-z0-9_-]+)/#) { match in
            let base = match.2.replacing("-", with: "+").replacing("_", with: "/")
            let padding = String(repeating: "=", count: (4 - base.utf8.count % 4) % 4)
            return "via:"
                + (Data(base64Encoded: String(base) + padding).map { String(decoding: $0, as: UTF8.self) }
                    ?? "?")
        }
    }

    private static func named(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(named(text))
        case .array(let values): .array(values.map(named))
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, named($0.value)) }))
        default: value
        }
    }

    /// Of a value as much as another one tells.
    private static func reduced(_ value: JSONValue?, like wanted: JSONValue?) -> JSONValue? {
        switch (value, wanted) {
        case (.object(let object), .object(let wanted)):
            var result = JSONObject()
            for member in wanted.members {
                result[member.key] = reduced(object[member.key], like: member.value)
            }
            return .object(result)
        case (.array(let values), .array(let wanted)) where values.count == wanted.count:
            return .array(zip(values, wanted).map { reduced($0, like: $1) ?? .null })
        default: return value
        }
    }
}
