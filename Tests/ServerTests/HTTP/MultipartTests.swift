import Testing

@testable import Server

struct MultipartTests {
    private static let body = [
        "--b0undary", "Content-Disposition: form-data; name=\"text\"", "", "Hello", "--b0undary",
        "content-disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".jpg\"",
        "Content-Type: image/jpeg", "",
        "\r\n--b0undar\r--", "--b0undary", "Content-Disposition: form-data; name=\"empty\"", "", "",
        "--b0undary--", "rest",
    ].joined(separator: "\r\n")

    private static func read(
        _ text: String,
        in pieces: Int,
        type: String = "multipart/form-data; boundary=b0undary"
    )
        throws -> (events: [MultipartParser.Event], isComplete: Bool)
    {
        var parser = try #require(MultipartParser(contentType: type))
        var events: [MultipartParser.Event] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            for event in try parser.feed(bytes[start..<min(start + pieces, bytes.count)]) {
                if case .data(let more) = event, case .data(let before)? = events.last {
                    events[events.count - 1] = .data(before + more)
                } else {
                    events.append(event)
                }
            }
        }
        return (events, parser.isComplete)
    }

    @Test("A form is read alike however it is cut into pieces", arguments: 1...80)
    func pieces(_ size: Int) throws {
        let (events, isComplete) = try Self.read(Self.body, in: size)
        #expect(isComplete)
        #expect(
            events == [
                .part(name: "text", isFile: false), .data(Array("Hello".utf8)),
                .part(name: "file", isFile: true),
                .data(Array("\r\n--b0undar\r--".utf8)), .part(name: "empty", isFile: false),
            ]
        )
    }

    @Test("A form that breaks off is not complete", arguments: [10, 60, 120, 250])
    func broken(_ length: Int) throws {
        #expect(try !Self.read(String(Self.body.prefix(length)), in: 7).isComplete)
    }

    @Test(
        "What is no form is refused",
        arguments: [
            "--b0undaryX\r\n", "--b0undary\r\nContent-Type: text/plain\r\n\r\nx",
            "--b0undary\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx",
            "--b0undary\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx",
            "--b0undary\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\nx",
            "--b0undary\r\nContent-Disposition: form-data\r\n\r\nx", "--b0undary\r\nno field\r\n\r\nx",
        ]
    )
    func malformed(_ text: String) throws {
        #expect(throws: MultipartParser.Refusal.malformed) { try Self.read(text, in: 5) }
    }

    @Test("A head of a part without end, and parts without end, are refused")
    func bounds() throws {
        let head = "--b0undary\r\nX: " + String(repeating: "x", count: MultipartParser.maximumHeader + 10)
        #expect(throws: MultipartParser.Refusal.headerTooLong) { try Self.read(head, in: 500) }
        let part = "--b0undary\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n"
        let most = String(repeating: part, count: MultipartParser.maximumParts)
        #expect(try Self.read(most + "--b0undary--", in: 500).isComplete)
        #expect(throws: MultipartParser.Refusal.tooManyParts) { try Self.read(most + part, in: 500) }
    }

    @Test(
        "A boundary that may not be is none",
        arguments: [
            "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=b",
            "multipart/form-data; boundary=\"b", "multipart/form-data; boundary=\"a \"",
            "multipart/form-data; boundary=a; boundary=b", "text/html",
        ]
    )
    func boundaries(_ type: String) {
        #expect(MultipartParser(contentType: type) == nil)
        #expect(MultipartParser(contentType: "Multipart/Form-Data; charset=utf-8; boundary=\"a b\"") != nil)
    }

    @Test("A boundary of 71 characters is none, of 70 one")
    func longest() {
        let longest = String(repeating: "b", count: 70)
        #expect(MultipartParser(contentType: "multipart/form-data; boundary=\(longest)") != nil)
        #expect(MultipartParser(contentType: "multipart/form-data; boundary=\(longest)b") == nil)
    }
}

struct ByteRangeTests {
    @Test(
        "A range of bytes is read as it is written",
        arguments: [
            ("bytes=0-0", ByteRange.part(0..<1)), ("bytes=2-5", .part(2..<6)), ("bytes=8-99", .part(8..<10)),
            ("bytes=4-", .part(4..<10)), ("bytes=-3", .part(7..<10)), ("bytes=-30", .part(0..<10)),
            ("bytes=10-", .outside), ("bytes=-0", .outside), ("bytes=99999999999999999999-", .outside),
            ("bytes=0-99999999999999999999", .part(0..<10)), ("bytes=5-2", .whole), ("bytes=-", .whole),
            ("bytes=0-1,3-4", .whole), ("lines=0-1", .whole), ("bytes=a-b", .whole), ("bytes=+1-2", .whole),
        ]
    )
    func ranges(_ field: String, _ range: ByteRange) {
        #expect(ByteRange.read(field, size: 10) == range)
    }

    @Test("Of an empty file there is no part")
    func empty() {
        #expect(ByteRange.read("bytes=0-", size: 0) == .outside)
        #expect(ByteRange.read(nil, size: 0) == .whole)
    }
}
