import Domain
import Outbox
import Storage
import TestKit
import Testing

@testable import Archives

@Suite("Bringing tables along")
struct TableTests {
    @Test("whom to follow is asked one by one; who cannot be followed is named with the reason")
    func follows() async throws {
        try await ArchiveStage.use { stage in
            let ben = try await stage.instance.addPerson("ben", at: stage.school)
            let table = """
                Account address,Show boosts,Notify on new posts,Languages
                cleo@north.test,false,true,
                @ben,true,false,
                nobody@north.test,true,false,
                eve@evil.test,true,false,
                no handle at all,true,false,
                ada@north.test,true,false,
                """
            let first = try await stage.bring(Array(table.utf8), .follows)
            #expect(first.order.state == .working && first.waiting == 6 && first.order.refused == 0)
            // One is due; the others wait for their turn.
            #expect(try await stage.desk.doNextRow())
            #expect(try await !stage.desk.doNextRow())
            let (ada, cleo) = (stage.ada.id, stage.cleo.id)
            let follow = try await stage.instance.database.read { db in
                try db.follows.find(follower: ada, followed: cleo)
            }
            #expect(follow?.showsBoosts == false && follow?.notifies == true)
            let report = try await stage.doRows()
            #expect(report.order.state == .finished && report.order.added == 2 && report.order.refused == 4)
            let reasons = Dictionary(uniqueKeysWithValues: report.refusals.map { ($0.item, $0.reason) })
            #expect(reasons["nobody@north.test"] == "There is nobody of that name there.")
            #expect(reasons["eve@evil.test"]?.contains("not a partner") == true)
            #expect(reasons["ada@north.test"] == "you cannot follow yourself")
            #expect(reasons["no handle at all"] != nil)
            #expect(
                try await stage.instance.database.read {
                    try $0.follows.find(follower: ada, followed: ben.id)
                } != nil
            )
        }
    }

    @Test("blocks, mutes, lists, bookmarks and hashtags are taken, and twice changes nothing")
    func others() async throws {
        try await ArchiveStage.use { stage in
            let (ada, cleo, school) = (stage.ada.id, stage.cleo, stage.school.id)
            let ben = try await stage.instance.addPerson("ben", at: stage.school)
            let dora = try await stage.instance.addPerson("dora", at: stage.school)
            _ = try await stage.instance.publisher.follow(cleo.id, as: ada)
            let post = try await stage.instance.publisher.publish(PostDraft(text: "Hello"), as: cleo.id)
            let tables: [(AccountImport.Kind, String)] = [
                (.blocks, "ben@north.test\n"),
                (.mutes, "Account address,Hide notifications\ndora@north.test,false\n"),
                (.lists, "\"Maths, and more\",cleo@north.test\nMaths\n"),
                (.bookmarks, "\(post.uri)\nhttps://north.test/ap/posts/9\n"),
                (.hashtags, "Mathe\n#physics\nno tag\n"),
            ]
            for round in 1...2 {
                for (kind, text) in tables {
                    _ = try await stage.bring(Array(text.utf8), kind)
                    let report = try await stage.doRows()
                    #expect(report.order.state == .finished)
                    let count = kind == .hashtags ? 2 : 1
                    #expect((round == 1 ? report.order.added : report.order.passed) == count, "\(kind)")
                    #expect(report.order.refused == (kind == .blocks || kind == .mutes ? 0 : 1), "\(kind)")
                }
            }
            try await stage.instance.database.read { db in
                #expect(try db.blocks.find(blocker: ada, blocked: ben.id) != nil)
                #expect(try db.mutes.find(of: dora.id, by: ada)?.hidesNotices == false)
                let lists = try db.accountLists.all(of: ada)
                #expect(lists.map(\.title) == ["Maths, and more"])
                #expect(try db.accountLists.members(of: lists[0].id).map(\.id) == [cleo.id])
                let page = HomeTimelineView.Page(limit: 9)
                #expect(
                    try db.savedPosts.bookmarks(of: ada, school: school, page).map(\.post.id) == [post.id]
                )
                #expect(
                    try db.hashtags.followed(by: ada, limit: 9).map(\.name).sorted() == ["mathe", "physics"]
                )
            }
        }
    }

    @Test("somebody in a list who has not answered yet is waited for, and in the end refused")
    func patience() async throws {
        try await ArchiveStage.use { stage in
            _ = try await stage.bring(Array("Maths,cleo@north.test\n".utf8), .lists)
            #expect(try await stage.desk.doNextRow())
            #expect(try await stage.desk.imports(of: stage.ada.id).first?.waiting == 1)
            _ = try await stage.instance.publisher.follow(stage.cleo.id, as: stage.ada.id)
            let taken = try await stage.doRows()
            #expect(taken.order.state == .finished && taken.order.added == 1)
            _ = try await stage.bring(Array("Maths,ben@north.test\n".utf8), .lists)
            stage.instance.clock.advance(by: .days(3))
            for _ in 0..<6 {
                while try await stage.desk.doNextRow() {}
                stage.instance.clock.advance(by: .days(3))
            }
            let refused = try #require(try await stage.desk.imports(of: stage.ada.id).first)
            #expect(refused.order.state == .finished && refused.order.refused == 1)
        }
    }

    @Test("a table of a million rows is read as far as it may be, and says so; at the limit all is read")
    func millionRows() async throws {
        var limits = ArchiveLimits()
        limits.rows = 50
        limits.refusals = 10
        try await ArchiveStage.use(limits: limits) { stage in
            let row = Array("#t\n".utf8)
            let many = Array(repeatElement(row, count: 1_000_000).joined())
            let report = try await stage.bring(many, .hashtags)
            #expect(report.waiting == 50 && report.order.refused == 1)
            #expect(report.refusals.first?.item == "row 51")
            _ = try await stage.doRows()
            let exact = try await stage.bring(Array(repeatElement(row, count: 50).joined()), .hashtags)
            #expect(exact.waiting == 50 && exact.order.refused == 0)
            _ = try await stage.doRows()
            // Reasons are kept for the first; the others are counted.
            let bad = try await stage.bring(
                Array(repeatElement(Array(",\n".utf8), count: 50).joined()),
                .hashtags
            )
            #expect(bad.order.refused == 50 && bad.refusals.count == 10)
        }
    }

    @Test("a file that is larger than may be sent is refused while it comes")
    func tooLarge() async throws {
        var limits = ArchiveLimits()
        limits.uploadBytes = 1_000
        try await ArchiveStage.use(limits: limits) { stage in
            await #expect(throws: ArchiveError.tooLarge(limit: 1_000)) {
                _ = try await stage.bring([UInt8](repeating: 0x61, count: 1_001), .hashtags)
            }
            #expect(try await stage.desk.imports(of: stage.ada.id).isEmpty)
            _ = try await stage.bring([UInt8](repeating: 0x61, count: 1_000), .hashtags)
        }
    }
}
