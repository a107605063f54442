import Access
import Domain
import HTTPTypes
import Server
import Storage
import Vocabulary

/// Somebody who listens to streams: what their token allows them, and what they ask for over a socket.
struct StreamGuest: Sendable {
    let hub: StreamHub
    let database: any SQLDatabase
    let grant: AccessTokens.Grant
    let mailbox: StreamMailbox

    /// Subscribes to a stream.
    ///
    /// - Throws: `Problem`: 404 for one that there is not, 403 for one that the token does not allow, 400 without its
    ///   parameter, 429 for too many; `StorageError`.
    func subscribe(_ word: String, tag: String?, list: String?) async throws {
        let stream = try StreamName(word, tag: tag, list: list)
        try ClientDesk.check(grant, [stream.scope])
        if case .list(let id) = stream {
            let account = mailbox.caller.account.id
            let isThere = try await database.read { try $0.accountLists.find(id, of: account) != nil }
            guard isThere else { throw Problem(.notFound, detail: "Record not found") }
        }
        guard mailbox.subscribe(to: stream) else {
            throw Problem(.tooManyRequests, detail: "Too many streams on one connection")
        }
    }

    /// Sends what happens, and does what the client asks, until either side has enough.
    func talk(over socket: WebSocket) async {
        await withDiscardingTaskGroup { tasks in
            tasks.addTask {
                while let message = await mailbox.next() {
                    guard let text = message.socketText else {
                        socket.ping()
                        continue
                    }
                    guard (try? await socket.send(text)) != nil else { break }
                }
                socket.close(mailbox.ended == .stopping ? .goingAway : .done)
            }
            tasks.addTask {
                await socket.forEachText { await obey($0, socket) }
                mailbox.end(.closed)
            }
        }
    }

    /// Does what a text says: `{"type": "subscribe", "stream": "hashtag", "tag": "maths"}`; anything else is passed over.
    private func obey(_ text: String, _ socket: WebSocket) async {
        guard case .object(let command)? = try? JSONParser.parse(Array(text.utf8)),
            let word = command["stream"]?.string
        else { return }
        let (tag, list) = (command["tag"]?.string, command["list"]?.string)
        do {
            switch command["type"]?.string {
            case "subscribe": try await subscribe(word, tag: tag, list: list)
            case "unsubscribe": mailbox.unsubscribe(from: try StreamName(word, tag: tag, list: list))
            default: break
            }
        } catch {
            let problem = Problem.from(error)
            let answer: JSONObject = [
                "error": .string(problem.detail ?? problem.status.reasonPhrase),
                "status": .integer(Int64(problem.status.code)),
            ]
            try? await socket.send(String(decoding: JSONWriter.write(.object(answer)), as: UTF8.self))
        }
    }
}
