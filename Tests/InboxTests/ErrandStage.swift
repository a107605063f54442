import Domain
import Logging
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

/// The stage with three real servers beside it.
///
/// Ben is at south and dora at west, which are partners, and eve at east, which is none. Ada follows ben.
struct ErrandStage {
    let stage: InboxStage
    let south: FakePeer
    let west: FakePeer
    let east: FakePeer
    let ben: TestPeer
    let dora: TestPeer
    let eve: TestPeer
    let runner: ErrandRunner

    static func use(_ body: (ErrandStage) async throws -> Void) async throws {
        try await InboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
            let south = try FakePeer(address: "127.0.0.2")
            let west = try FakePeer(address: "127.0.0.3")
            let east = try FakePeer(address: "127.0.0.4")
            for peer in [south, west] { try await stage.partner(peer) }
            let instance = stage.instance
            let ben = try await instance.addPeer("ben", at: south.origin)
            try await instance.addFollow(of: ben.account, by: stage.ada)
            try await body(
                ErrandStage(
                    stage: stage,
                    south: south,
                    west: west,
                    east: east,
                    ben: ben,
                    dora: try await instance.addPeer("dora", at: west.origin),
                    eve: try await instance.addPeer("eve", at: east.origin),
                    runner: ErrandRunner(
                        database: instance.database,
                        directory: instance.directory,
                        ids: instance.ids,
                        clock: instance.clock,
                        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                    )
                )
            )
        }
    }

    var clock: ManualClock { stage.instance.clock }
    var viewer: Viewer { .account(stage.ada.id, school: stage.school.id) }

    /// The address of a note.
    func uri(_ name: String, by peer: TestPeer) -> String { "\(peer.account.uri)/notes/\(name)" }

    /// The server of a peer.
    func server(of peer: TestPeer) -> FakePeer {
        [south, west, east].first { $0.origin == peer.account.uri.origin } ?? south
    }

    /// A note that says its own name, and may answer another.
    func note(_ name: String, by peer: TestPeer, answers parent: String? = nil) -> JSONObject {
        var note = Wire.note(name, by: peer, name)
        note["inReplyTo"] = parent.map { .string($0) }
        return note
    }

    /// Puts a note on its author's server; gives its address.
    @discardableResult
    func serve(
        _ name: String,
        by peer: TestPeer,
        answers parent: String? = nil,
        change: (inout JSONObject) -> Void = { _ in }
    ) -> String {
        var note = note(name, by: peer, answers: parent)
        change(&note)
        server(of: peer).serve("/users/\(peer.account.handle.name)/notes/\(name)", note)
        return uri(name, by: peer)
    }

    /// Ben sends a note, which his server has.
    @discardableResult
    func receive(_ name: String, answers parent: String? = nil) async throws -> ReceivedActivity.State? {
        serve(name, by: ben, answers: parent)
        let note = JSONValue.object(note(name, by: ben, answers: parent))
        return try await stage.apply(Wire.activity("Create", name, by: ben, note), by: ben)
    }

    /// Runs all errands that are due.
    ///
    /// - Returns: how many there were.
    @discardableResult
    func run() async -> Int {
        var count = 0
        while await runner.proceed() { count += 1 }
        return count
    }

    /// A thread as somebody sees it: the texts of its posts in order, and the gaps as `place: reason`.
    struct Seen: Equatable {
        let posts: [String]
        let gaps: [String]

        init(_ posts: [String], _ gaps: [String]) {
            self.posts = posts
            self.gaps = gaps
        }
    }

    /// The thread around a post as ada sees it.
    func thread(_ uri: String) async throws -> Seen {
        let thread = try await find(uri)
        let posts = thread.ancestors + [thread.post] + thread.descendants
        return Seen(posts.map(\.post.body.text), thread.gaps.map { "\($0.place): \($0.reason)" })
    }

    /// Ada reads a thread, which asks for what is missing in it.
    func read(_ uri: String) async throws {
        let thread = try await find(uri)
        try await stage.instance.publisher.fetchMissing(in: thread, for: viewer)
    }

    private func find(_ uri: String) async throws -> PostThread {
        let post = try #require(try await stage.post(uri))
        let viewer = viewer
        return try #require(
            try await stage.instance.database.read { try $0.threads.thread(of: post.id, for: viewer) }
        )
    }
}
