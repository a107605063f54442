import Media
import TestKit
import Testing

struct MediaFormatTests {
    @Test(
        "A picture is known by its bytes",
        arguments: [
            ("jpg", MediaFormat.jpeg), ("png", .png), ("gif", .gif), ("webp", .webp), ("avif", .avif),
            ("heic", .heic),
        ]
    )
    func pictures(_ ending: String, _ format: MediaFormat) throws {
        #expect(MediaFormat(try TestPicture.picture(ending, width: 16, height: 16)) == format)
    }

    @Test(
        "A film or recording is known by its bytes",
        arguments: [
            ("\0\0\0\u{18}ftypisom\0\0\0\0", MediaFormat.mp4), ("\0\0\0\u{18}ftypqt  \0\0\0\0", .quickTime),
            ("\0\0\0\u{18}ftypM4A \0\0\0\0", .m4a), ("ID3\u{4}\0\0", .mp3), ("OggS\0\0", .ogg),
            ("fLaC\0", .flac),
            ("RIFF\u{1}\0\0\0WAVEfmt ", .wav),
        ]
    )
    func films(_ start: String, _ format: MediaFormat) {
        #expect(MediaFormat(Array(start.utf8)) == format)
    }

    @Test(
        "HTM-07, HTM-08: what a browser could run, and anything else, is no format",
        arguments: [
            "", "<svg xmlns='http://www.w3.org/2000/svg'/>", "<?xml version='1.0'?><svg/>", "<!DOCTYPE html>",
            "%PDF-1.7", "PK\u{3}\u{4}", "RIFF\u{1}\0\0\0AVI ", "GIF88a", "\0\0\0\u{18}ftypevil", "\u{7F}ELF",
            "BM",
        ]
    )
    func others(_ start: String) {
        #expect(MediaFormat(Array(start.utf8)) == nil)
    }
}
