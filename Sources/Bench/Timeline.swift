import Vocabulary

/// Reads ada's home timeline through the client API.
struct Timeline {
    /// The prefix of every cycle's markers.
    static let anyCycle = "c*"

    let program: Program

    /// The contents of the newest pages of 40, newest first.
    func contents(pages: Int, until isEnough: (String) -> Bool = { _ in false }) throws -> [String] {
        var contents: [String] = []
        var before = ""
        for _ in 0..<pages {
            let page = try program.api("GET", "/v1/timelines/home?limit=40\(before)").asList
            guard let last = page.last?.object?["id"]?.string else { break }
            contents += page.compactMap { $0.object?["content"]?.string }
            before = "&max_id=\(last)"
            if let text = contents.last, isEnough(text) { break }
        }
        return contents
    }

    /// How often each marker that begins with a prefix stands in the timeline.
    func count(_ prefix: String, pages: Int, until isEnough: (String) -> Bool = { _ in false }) throws
        -> [String: Int]
    {
        Self.markers(in: try contents(pages: pages, until: isEnough), prefix)
    }

    /// How often each marker `PREFIX-...` stands in texts; `anyCycle` stands for every `c1`, `c2`, ....
    static func markers(in texts: [String], _ prefix: String) -> [String: Int] {
        var counts: [String: Int] = [:]
        for text in texts {
            let inner = text.hasPrefix("<p>") ? text.dropFirst(3) : text[...]
            let marker = inner.prefix { $0 != "." && $0 != " " && $0 != "<" }
            let head = marker.prefix { $0 != "-" }
            guard head.count < marker.count else { continue }
            let isWanted =
                prefix == Self.anyCycle
                ? head.first == "c" && head.dropFirst().allSatisfy(\.isNumber) : head == prefix
            if isWanted { counts[String(marker), default: 0] += 1 }
        }
        return counts
    }

    /// The numbers of ada's own posts, `own-NUMBER`, in texts.
    static func numbers(in texts: [String]) -> [Int] {
        texts.compactMap { text in
            text.hasPrefix("<p>own-") ? Int(text.dropFirst(7).prefix { $0.isNumber }) : nil
        }
    }
}
