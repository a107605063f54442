import Domain
import Foundation
import Testing

/// The URL parsing cases of web-platform-tests: our parser may refuse more than browsers do, never less, and where
/// it takes a text it must see the same host.
@Suite("URI against the web platform's cases")
struct WebPlatformURLTests {
    @Test("what browsers refuse we refuse, and what we take they read the same way")
    func agreement() throws {
        let file = URL(filePath: #filePath).appending(path: "../../../Fixtures/url/urltestdata.json")
            .standardized
        let cases = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [Any])
        var taken = 0
        for case let item as [String: Any] in cases {
            guard let input = item["input"] as? String, let uri = try? URI(input) else { continue }
            #expect(item["failure"] as? Bool != true, "browsers refuse \(input)")
            guard let host = item["host"] as? String, let scheme = item["protocol"] as? String else {
                continue
            }
            taken += 1
            #expect(uri.scheme.rawValue + ":" == scheme, "\(input)")
            // A browser writes an IPv4-mapped address in hexadecimal and keeps a trailing dot.
            let theirs = host.hasSuffix(".") ? String(host.dropLast()) : host
            #expect(try uri.host == Host(theirs), "\(input)")
        }
        #expect(taken > 50)
    }
}
