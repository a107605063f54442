import Domain
import Foundation

/// Makes of a picture from outside the one that is kept: upright, of a bounded size, in the colours of the web, with
/// nothing in it but the picture.
///
/// It is always written anew, so that hidden data, places where it was taken, and files that are two things at once do
/// not come through.
struct ImageProcessor: Sendable {
    let limits: MediaLimits
    let tool: ImageTool

    init(limits: MediaLimits) {
        self.limits = limits
        tool = ImageTool(limits: limits)
    }

    /// A picture that is ready, in files of the folder it was made in.
    struct Made: Sendable {
        let path: String
        let preview: String
        let format: MediaFormat
        let width: Int
        let height: Int
        let blurhash: String?
    }

    /// Makes it.
    ///
    /// - Throws: `MediaError`.
    func make(
        _ source: String,
        _ format: MediaFormat,
        as portrait: Upload.Portrait? = nil,
        in folder: String
    ) async throws(MediaError) -> Made {
        let header = try await header(of: source, folder)
        try check(header)
        let isMoving = header.frames > 1 && (format == .gif || format == .webp)
        let kept = Self.kept(format)
        let result = "\(folder)/kept.\(kept.suffix)"
        if let portrait {
            try await cut(source, to: portrait, result + Self.options(kept), folder)
        } else if isMoving {
            // Made smaller it would be frame by frame; it is kept in its size.
            try await step("vips", ["copy", "\(source)[n=-1]", "\(result)[strip]"], folder)
        } else {
            try await thumbnail(source, side: limits.side, to: result + Self.options(kept), folder)
        }
        if kept == .webp { try strip(result) }
        let preview = "\(folder)/preview.webp"
        try await thumbnail(result, side: limits.previewSide, to: "\(preview)[Q=80,strip]", folder)
        try strip(preview)
        let tiny = "\(folder)/tiny.ppm"
        try await thumbnail(preview, side: 32, to: "\(tiny)[strip]", folder)
        let size = try await self.header(of: result, folder)
        return Made(
            path: result,
            preview: preview,
            format: kept,
            width: size.width,
            height: size.height,
            blurhash: blurhash(of: tiny)
        )
    }

    private struct Header {
        var (width, height, frames) = (0, 0, 1)
    }

    /// Reads the sides of a picture without decoding it.
    private func header(of path: String, _ folder: String) async throws(MediaError) -> Header {
        let outcome = try await tool.run("vipsheader", ["-a", path], in: folder)
        guard outcome.status == 0 else { throw .damaged }
        var header = Header()
        for line in outcome.output.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let number = Int(parts[1].trimmingCharacters(in: .whitespaces)) else {
                continue
            }
            switch parts[0] {
            case "width": header.width = number
            case "height": header.height = number
            case "n-pages": header.frames = number
            default: break
            }
        }
        guard header.width > 0, header.height > 0, header.frames > 0 else { throw .damaged }
        return header
    }

    private func check(_ header: Header) throws(MediaError) {
        guard header.frames <= limits.frames else { throw .tooManyFrames(limit: limits.frames) }
        let (area, isTooLarge) = header.width.multipliedReportingOverflow(by: header.height)
        let (all, isTooLong) = area.multipliedReportingOverflow(by: header.frames)
        guard !isTooLarge, !isTooLong, all <= limits.pixels else {
            throw .tooManyPixels(limit: limits.pixels)
        }
    }

    /// Cuts a picture to the shape of a portrait, around its middle; a moving one stands still.
    private func cut(_ source: String, to portrait: Upload.Portrait, _ result: String, _ folder: String)
        async throws(MediaError)
    {
        let size = portrait == .avatar ? "400x400" : "1500x500"
        try await step(
            "vipsthumbnail",
            [source, "--size", size, "--smartcrop", "centre", "--export-profile", "srgb", "-o", result],
            folder
        )
    }

    private func thumbnail(_ source: String, side: Int, to result: String, _ folder: String)
        async throws(MediaError)
    {
        try await step(
            "vipsthumbnail",
            [source, "--size", "\(side)x\(side)>", "--export-profile", "srgb", "-o", result],
            folder
        )
    }

    /// Takes out of a WebP file what libvips leaves in.
    private func strip(_ path: String) throws(MediaError) {
        guard let data = FileManager.default.contents(atPath: path),
            let stripped = WebPContainer.stripped(Array(data))
        else { throw .damaged }
        do {
            try Data(stripped).write(to: URL(fileURLWithPath: path))
        } catch {
            throw .diskFull
        }
    }

    private func step(_ program: String, _ arguments: [String], _ folder: String) async throws(MediaError) {
        guard try await tool.run(program, arguments, in: folder).status == 0 else { throw .damaged }
    }

    /// Formats that not every browser shows become ones that it does.
    private static func kept(_ format: MediaFormat) -> MediaFormat {
        switch format {
        case .heic: .jpeg
        case .avif: .webp
        default: format
        }
    }

    private static func options(_ format: MediaFormat) -> String {
        switch format {
        case .jpeg: "[Q=85,optimize_coding,strip]"
        case .webp: "[Q=85,strip]"
        default: "[strip]"
        }
    }

    /// Reads a PPM file (P6): three words and then the pixels.
    private func blurhash(of path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        var rest = Array(data)[...]
        var words: [String] = []
        while words.count < 4 {
            guard let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x20 }) else { return nil }
            words.append(String(decoding: rest[..<end], as: UTF8.self))
            rest = rest[(end + 1)...]
        }
        guard words[0] == "P6", words[3] == "255", let width = Int(words[1]), let height = Int(words[2])
        else {
            return nil
        }
        return Blurhash.encode(Array(rest), width: width, height: height)
    }
}
