import Vocabulary

/// Reads ada's home timeline through the client API.
struct Timeline {
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
        var counts: [String: Int] = [:]
        for text in try contents(pages: pages, until: isEnough) {
            guard let start = text.firstRange(of: "\(prefix)-") else { continue }
            let marker = text[start.lowerBound...].prefix { $0 != "." && $0 != " " && $0 != "<" }
            counts[String(marker), default: 0] += 1
        }
        return counts
    }
}
