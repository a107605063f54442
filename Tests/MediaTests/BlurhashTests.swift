import Testing

@testable import Media

struct BlurhashTests {
    @Test("A black picture has the hash that everybody gives it")
    func black() {
        let pixels = [UInt8](repeating: 0, count: 8 * 6 * 3)
        #expect(Blurhash.encode(pixels, width: 8, height: 6) == "L00000fQfQfQfQfQfQfQfQfQfQfQ")
    }

    @Test("A white picture has the average of white")
    func white() {
        let pixels = [UInt8](repeating: 255, count: 4 * 4 * 3)
        // FFFFFF in base 83.
        #expect(Blurhash.encode(pixels, width: 4, height: 4)?.dropFirst(2).prefix(4) == "TSUA")
    }

    @Test("Fewer pixels than the sides say give none")
    func tooFew() {
        #expect(Blurhash.encode([0, 0, 0], width: 2, height: 2) == nil)
        #expect(Blurhash.encode([], width: 0, height: 0) == nil)
    }
}
