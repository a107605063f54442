import Testing
import Foundation
import Content
@Test func smoke() throws {
    for f in ["attacks", "peers"] {
        let dir = "/work/clones/content/Tests/Fixtures/html/"
        let s = try String(contentsOfFile: dir + f + ".in", encoding: .utf8)
        var out = ""
        for c in s.components(separatedBy: "## ").dropFirst() {
            let i = c.firstIndex(of: "\n")!
            let input = String(c[c.index(after: i)...].dropLast())
            out += "## \(c[..<i])\n\(input)\n=>\n\(HTMLSanitizer.sanitize(input).html)\n"
        }
        try out.write(toFile: dir + f + ".txt", atomically: true, encoding: .utf8)
    }
}
