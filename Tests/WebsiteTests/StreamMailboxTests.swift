import Domain
import Server
import TestKit
import Testing

@testable import ClientAPI

extension WebsiteTests {
    @Suite("What waits for a stream", .timeLimit(.minutes(2)))
    struct StreamMailboxTests {
        private func mailbox(_ visitor: Visitor) -> StreamMailbox {
            StreamMailbox(
                caller: Caller(account: visitor.ada, school: visitor.school),
                tokenHash: "hash",
                showsNotices: true
            )
        }

        private func message(_ number: Int, bytes: Int = 1) -> StreamMessage {
            .event("update", payload: String(repeating: "a", count: bytes) + "\(number)", in: .user)
        }

        @Test("messages come in order; who reads too slowly is cut off, by number and by bytes")
        func bounds() async throws {
            try await Visitor.use { visitor async throws in
                let box = mailbox(visitor)
                for number in 0..<StreamMailbox.capacity { box.offer(message(number)) }
                box.offer(.beat)
                #expect(box.ended == nil)
                #expect(await box.next() == message(0))
                box.offer(message(64))
                for number in 1...64 { #expect(await box.next() == message(number)) }
                box.offer(.beat)
                #expect(await box.next() == .beat)
                for number in 0...StreamMailbox.capacity { box.offer(message(number)) }
                #expect(box.ended == .tooSlow)
                #expect(await box.next() == nil)
                let large = mailbox(visitor)
                large.offer(message(0, bytes: StreamMailbox.byteCapacity - 1))
                #expect(large.ended == nil)
                large.offer(message(1))
                #expect(large.ended == .tooSlow)
            }
        }

        @Test("who waits gets the end, once, and its reason is told")
        func ends() async throws {
            try await Visitor.use { visitor async throws in
                let box = mailbox(visitor)
                let (reasons, incoming) = AsyncStream.makeStream(of: StreamMailbox.End.self)
                box.onEnd { incoming.yield($0) }
                async let last = box.next()
                box.end(.revoked)
                box.end(.closed)
                incoming.finish()
                #expect(await last == nil)
                var all: [StreamMailbox.End] = []
                for await reason in reasons { all.append(reason) }
                #expect(all == [.revoked])
            }
        }

        @Test("an account has 32 streams in a process, and another has its own")
        func places() async throws {
            try await Visitor.use { visitor async throws in
                let boxes = (0..<StreamHub.perAccount).map { _ in mailbox(visitor) }
                for box in boxes { try await visitor.streams.join(box) }
                await #expect(throws: Problem.self) { try await visitor.streams.join(mailbox(visitor)) }
                let cleo = Caller(account: visitor.cleo, school: visitor.school)
                try await visitor.streams.join(
                    StreamMailbox(caller: cleo, tokenHash: "other", showsNotices: true)
                )
                visitor.streams.leave(boxes[0])
                #expect(boxes[0].ended == .closed)
                try await visitor.streams.join(mailbox(visitor))
            }
        }

        private func event(_ number: Int64) -> StreamEvent {
            StreamEvent(number: number, kind: .post, post: nil, subject: nil, account: nil)
        }

        @Test("an event that becomes visible late is taken once; without a window none is looked at twice")
        func cursor() {
            var cursor = StreamCursor(after: 10, window: .seconds(5))
            #expect(cursor.take([event(11), event(13)], at: .seconds(1)).map(\.number) == [11, 13])
            #expect(cursor.floor == 10)
            #expect(cursor.take([event(11), event(12), event(13)], at: .seconds(2)).map(\.number) == [12])
            #expect(cursor.take([event(11), event(12), event(13)], at: .seconds(6)).isEmpty)
            #expect(cursor.floor == 13)
            var strict = StreamCursor(after: 10, window: .zero)
            #expect(strict.take([event(11)], at: .seconds(1)).map(\.number) == [11])
            #expect(strict.floor == 11)
        }
    }
}
