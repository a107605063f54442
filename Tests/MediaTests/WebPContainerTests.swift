import TestKit
import Testing

@testable import Media

struct WebPContainerTests {
    @Test("What is no whole WebP is not taken apart")
    func broken() throws {
        let picture = try TestPicture.picture("webp", width: 20, height: 20)
        #expect(WebPContainer.stripped(picture) != nil)
        #expect(WebPContainer.stripped(Array(picture.dropLast(3))) == nil)
        #expect(WebPContainer.stripped(Array(picture.prefix(14))) == nil)
        #expect(WebPContainer.stripped(Array("GIF89a".utf8)) == nil)
        #expect(WebPContainer.stripped([]) == nil)
    }
}
