import Foundation

/// Pictures for tests, made by libvips' own program.
public enum TestPicture {
    /// Why one could not be made.
    public struct Failure: Error {
        let arguments: [String]
    }

    /// Runs `vips` in a folder of its own and gives the bytes of what it wrote.
    ///
    /// `runs`: the arguments of each run, where `OUT` stands for the file that is read, `IN` for the bytes given, and `TMP` for
    /// the beginning of the names of those in between.
    public static func make(_ ending: String, from bytes: [UInt8] = [], _ runs: [String]...) throws -> [UInt8]
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let result = "\(folder)/out.\(ending)"
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/in"))
        for arguments in runs {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/vips")
            process.arguments = arguments.map {
                $0.replacing("OUT", with: result).replacing("IN", with: "\(folder)/in").replacing(
                    "TMP",
                    with: "\(folder)/between"
                )
            }
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw Failure(arguments: arguments) }
        }
        return Array(try Data(contentsOf: URL(fileURLWithPath: result)))
    }

    /// A coloured picture of a size: red at the left, black at the right.
    public static func picture(_ ending: String, width: Int, height: Int) throws -> [UInt8] {
        try make(
            ending,
            ["black", "TMP.v", "\(width)", "\(height)", "--bands", "3"],
            ["linear", "TMP.v", "TMP2.v", "1 1 1", "220 40 60", "--uchar"],
            ["copy", "TMP2.v", "OUT"]
        )
    }

    /// A JPEG that was taken with the camera on its side at a place that it names, in EXIF and in XMP.
    public static func sidewaysPhoto(width: Int, height: Int, place: String) throws -> [UInt8] {
        let plain = try picture("jpg", width: width, height: height)
        let xmp = Array(
            "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>\(place)</x:xmpmeta>".utf8
        )
        return plain[..<2] + segment(exif(place)) + segment(xmp) + plain[2...]
    }

    private static func segment(_ content: [UInt8]) -> [UInt8] {
        let length = content.count + 2
        return [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + content
    }

    /// EXIF 2.3: orientation 6 (a quarter turn), a description, and a GPS directory.
    private static func exif(_ place: String) -> [UInt8] {
        let text = Array(place.utf8) + [0]
        let (directory, count) = (8, 3)
        let textAt = directory + 2 + count * 12 + 4
        let gpsAt = textAt + text.count + text.count % 2
        var bytes = Array("Exif\0\0II".utf8) + short(42) + long(directory) + short(count)
        bytes += short(0x010E) + short(2) + long(text.count) + long(textAt)
        bytes += short(0x0112) + short(3) + long(1) + short(6) + short(0)
        bytes += short(0x8825) + short(4) + long(1) + long(gpsAt) + long(0)
        bytes += text + (text.count % 2 == 0 ? [] : [0])
        bytes += short(1) + short(1) + short(2) + long(2) + Array("N\0\0\0".utf8) + long(0)
        return bytes
    }

    private static func short(_ value: Int) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF)] }
    private static func long(_ value: Int) -> [UInt8] { short(value & 0xFFFF) + short(value >> 16) }
}
