import ArgumentParser
import Domain
import Foundation
import Storage
import StorageSQLite

/// `staffroom-bench read`: what reading and local delivery cost inside of a large database.
struct Read: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Timeline pages, searches and a post to 5,000 local followers, in a database of many posts."
    )

    @OptionGroup var options: BenchOptions
    @Option(help: "How many posts are stored.")
    var posts = 1_000_000

    private static let samples = 100

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "staffroom-read-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var report = Report("read: \(posts) posts, 500 follows")
        let world = try await ReadingWorld.make(at: folder.path + "/read.sqlite", posts: posts)
        for _ in 1...max(1, options.runs) {
            try await readTimelines(world, &report)
            try await search(world, &report)
            try await publish(world, &report)
        }
        try await world.database.close()
        try report.write(options)
    }

    /// The time that a body takes inside of a read transaction, in milliseconds; of many, the median and the 99th.
    private func time(_ world: ReadingWorld, _ body: @escaping @Sendable (any SQLConnection) throws -> Void)
        async throws
        -> (median: Double, high: Double)
    {
        var times: [Double] = []
        for _ in 0..<Self.samples {
            times.append(
                try await world.database.read { db in
                    let began = ContinuousClock.now
                    try body(db)
                    return began.duration(to: .now).milliseconds
                }
            )
        }
        times.sort()
        return (times[times.count / 2], times[times.count * 99 / 100])
    }

    private func readTimelines(_ world: ReadingWorld, _ report: inout Report) async throws {
        let deep = Post.ID.lowest(at: world.now - .minutes(Int64(posts))).rawValue
        for (name, page) in [("first", HomeTimelineView.Page()), ("deep", .init(before: deep))] {
            let times = try await time(world) { db in
                let page = try db.homeTimelines.page(of: world.reader.id, school: world.school.id, page)
                guard page.count == 20 else { throw Program.Failed(description: "a page of \(page.count)") }
            }
            report.add("home timeline, \(name) page of 20, ms", times.median)
        }
    }

    private func search(_ world: ReadingWorld, _ report: inout Report) async throws {
        let (common, rare) = (ReadingTexts.common, ReadingTexts.rare)
        let queries = [
            ("a word of every tenth post", common), ("a rare word", rare), ("both", "\(common) \(rare)"),
            ("a phrase", "\"\(common) \(rare)\""),
            ("a word by one author", "\(common) from:t3@peer3.example"),
            ("a word but not another", "\(rare) -\(common)"),
        ]
        for (name, text) in queries {
            let times = try await time(world) { db in
                _ = try db.searches.posts(
                    SearchQuery(text),
                    for: .account(world.reader.id, school: world.school.id),
                    now: world.now
                )
            }
            report.add("search, \(name), ms", times.median)
        }
        let people = try await time(world) { db in
            _ = try db.searches.accounts("t1", for: world.reader.id, of: world.school.id)
        }
        report.add("search, people by a beginning, ms", people.median)
    }

    /// Writes a post into 5,000 timelines while somebody else writes a little again and again.
    private func publish(_ world: ReadingWorld, _ report: inout Report) async throws {
        let other = Task {
            var longest = 0.0
            while !Task.isCancelled {
                let began = ContinuousClock.now
                try await world.database.write { db in try db.accounts.setSuspended(world.reader.id, at: nil)
                }
                longest = max(longest, began.duration(to: .now).milliseconds)
            }
            return longest
        }
        let post = Post(
            id: world.ids.next(),
            uri: try URI("https://north.example/ap/posts/\(UUID().uuidString)"),
            author: world.star.id,
            audience: .public,
            body: Post.Body(html: "<p>Hello</p>", text: "Hello"),
            publishedAt: world.now
        )
        let began = ContinuousClock.now
        try await world.database.write { db in
            try db.posts.insert(post, addressees: [])
            try db.timelines.add(post, to: [world.school.id])
        }
        report.add("a post into \(ReadingWorld.fans) timelines, ms", began.duration(to: .now).milliseconds)
        other.cancel()
        report.add("longest wait of another writer, ms", try await other.value)
    }
}
