import Domain
import HTTPTypes
import Outbox
import Server
import Vocabulary

extension Parameters {
    /// The whole numbers of a list, as texts or as numbers of JSON; nil when one is none, or there are more than 100.
    func numbers(_ name: String) -> [Int]? {
        let found = list(name)
        guard found.count <= 100 else { return nil }
        let numbers = found.compactMap { value in
            value.integer.flatMap { Int(exactly: $0) } ?? value.string.flatMap { Int($0) }
        }
        return numbers.count == found.count ? numbers : nil
    }

    /// The poll of a new post, written `poll[options][]=a&poll[expires_in]=300`, or as an object of JSON; nil when there
    /// is none.
    ///
    /// - Throws: `Problem` with status 422 without answers or a time.
    func poll() throws -> PollDraft? {
        let object = value("poll")?.object
        var options = list("poll[options]").compactMap(\.string)
        options += object?["options"]?.asList.compactMap(\.string) ?? []
        func text(_ name: String) -> String? {
            switch object?[name] {
            case .string(let text): text
            case .integer(let number): "\(number)"
            case .bool(let value): "\(value)"
            default: self.text("poll[\(name)]")
            }
        }
        guard object != nil || !options.isEmpty || text("expires_in") != nil else { return nil }
        guard let seconds = text("expires_in").flatMap({ Int64($0) }) else {
            throw Problem(
                .unprocessableContent,
                detail: "poll[expires_in] is missing, or no number of seconds"
            )
        }
        return PollDraft(
            options: options,
            lasts: .seconds(seconds),
            isMultiple: Self.isTrue(text("multiple")) ?? false,
            hidesTotals: Self.isTrue(text("hide_totals")) ?? false
        )
    }
}
