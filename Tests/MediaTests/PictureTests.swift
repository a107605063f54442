import Domain
import Foundation
import TestKit
import Testing

@testable import Media

struct PictureTests {
    @Test(
        "HTM-10: a photo is turned upright, and where it was taken is gone",
        arguments: ["jpg", "webp", "png", "heic", "avif"]
    )
    func privacy(_ ending: String) async throws {
        try await LibraryStage.use { stage in
            let jpeg = try TestPicture.sidewaysPhoto(width: 60, height: 40, place: "at the pond")
            let photo =
                ending == "jpg" ? jpeg : try TestPicture.make(ending, from: jpeg, ["copy", "IN", "OUT"])
            #expect(photo.contains(text: "at the pond"))
            let upload = try await stage.upload(photo)
            // HEIF has turns of its own; those of EXIF do not count in it (ISO 23008-12, 6.5.10).
            let isTurned = ending != "heic" && ending != "avif"
            #expect([upload.width, upload.height] == (isTurned ? [40, 60] : [60, 40]))
            for isPreview in [false, true] {
                let bytes = try #require(try await stage.bytes(of: upload, isPreview: isPreview))
                for text in ["at the pond", "Exif", "EXIF", "xmpmeta", "XMP "] {
                    let isThere = bytes.contains(text: text)
                    #expect(!isThere, "\(text), preview: \(isPreview)")
                }
            }
        }
    }

    @Test(
        "Each kind of picture is kept in a form that every browser shows, with a preview and a blurred placeholder",
        arguments: [
            ("jpg", "image/jpeg"), ("png", "image/png"), ("gif", "image/gif"), ("webp", "image/webp"),
            ("avif", "image/webp"), ("heic", "image/jpeg"),
        ]
    )
    func kinds(_ ending: String, _ kept: String) async throws {
        try await LibraryStage.use { stage in
            let upload = try await stage.upload(try TestPicture.picture(ending, width: 64, height: 48))
            #expect(upload.kind == .image)
            #expect(upload.mediaType == kept)
            #expect([upload.width, upload.height] == [64, 48])
            #expect(upload.blurhash?.utf8.count == 28)
            let bytes = try #require(try await stage.bytes(of: upload))
            #expect(MediaFormat(bytes)?.mediaType == kept)
            let preview = try #require(try await stage.bytes(of: upload, isPreview: true))
            #expect(MediaFormat(preview) == .webp)
        }
    }

    @Test("A large picture becomes as small as the limit, a small one stays")
    func size() async throws {
        var limits = MediaLimits()
        limits.side = 100
        try await LibraryStage.use(limits) { stage in
            let large = try await stage.upload(try TestPicture.picture("png", width: 400, height: 200))
            #expect([large.width, large.height] == [100, 50])
            let small = try await stage.upload(try TestPicture.picture("png", width: 30, height: 20))
            #expect([small.width, small.height] == [30, 20])
        }
    }

    @Test("A picture that says it has too many pixels is refused before it is decoded")
    func bomb() async throws {
        try await LibraryStage.use { stage in
            var bomb = try TestPicture.picture("png", width: 16, height: 16)
            // The sides in IHDR, with the checksum that they need.
            bomb.replaceSubrange(16..<24, with: [0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50])
            bomb.replaceSubrange(29..<33, with: Self.crc(bomb[12..<29]))
            await #expect(throws: MediaError.tooManyPixels(limit: 100_000_000)) {
                try await stage.upload(bomb)
            }
            #expect(stage.files.isEmpty)
        }
    }

    @Test("A moving picture keeps its frames; one with too many is refused")
    func frames() async throws {
        let moving = try TestPicture.make(
            "gif",
            ["gaussnoise", "TMP.v", "10", "50", "--mean", "128", "--sigma", "60"],
            ["cast", "TMP.v", "TMP2.v", "uchar"],
            ["copy", "TMP2.v", "OUT[page_height=10]"]
        )
        try await LibraryStage.use { stage in
            let upload = try await stage.upload(moving)
            #expect([upload.width, upload.height] == [10, 10])
            let bytes = try #require(try await stage.bytes(of: upload))
            // One graphic control extension for each frame.
            #expect(Data(bytes).ranges(of: Data([0x21, 0xF9, 0x04])).count == 5)
        }
        var limits = MediaLimits()
        limits.frames = 4
        try await LibraryStage.use(limits) { stage in
            await #expect(throws: MediaError.tooManyFrames(limit: 4)) { try await stage.upload(moving) }
        }
    }

    @Test("HTM-08: a picture that is also a page comes out as a picture alone")
    func polyglot() async throws {
        try await LibraryStage.use { stage in
            let script = "<script>alert(1)</script>"
            let picture = try TestPicture.picture("gif", width: 20, height: 20)
            let upload = try await stage.upload(picture + Array(script.utf8))
            let bytes = try #require(try await stage.bytes(of: upload))
            let isPage = bytes.contains(text: "script")
            #expect(!isPage)
        }
    }

    @Test("A damaged picture is refused, and nothing of it stays")
    func damage() async throws {
        try await LibraryStage.use { stage in
            let picture = try TestPicture.picture("jpg", width: 200, height: 200)
            let noise = picture.prefix(20) + [UInt8](repeating: 0x41, count: 300)
            await #expect(throws: MediaError.damaged) { try await stage.upload(Array(noise)) }
            #expect(stage.files.isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(stage.folder)/work").isEmpty)
            _ = try await stage.upload(picture)
            #expect(stage.files.count == 2)
        }
    }

    /// The checksum of PNG (ISO 3309).
    private static func crc(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var value = UInt32.max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
        }
        value = ~value
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
