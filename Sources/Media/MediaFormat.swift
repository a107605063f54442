public import Domain

/// A kind of file that may be uploaded, found in its first bytes; what its name or sender says counts for nothing.
public enum MediaFormat: Sendable, Hashable, CaseIterable {
    case jpeg, png, gif, webp, avif, heic
    case mp4, quickTime, webm
    case mp3, ogg, flac, wav, m4a

    /// How many bytes are looked at.
    public static let sniffedBytes = 64

    /// Finds the format of a file that begins so; nil for every other, SVG and HTML among them.
    ///
    /// Spec: the signatures of each format's own specification; MIME Sniffing section 6.
    public init?(_ start: some Collection<UInt8>) {
        let bytes = Array(start.prefix(Self.sniffedBytes))
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.starts(with: Array("GIF87a".utf8)) || bytes.starts(with: Array("GIF89a".utf8)) {
            self = .gif
        } else if bytes.starts(with: Array("RIFF".utf8)) {
            switch Self.word(bytes, at: 8) {
            case "WEBP": self = .webp
            case "WAVE": self = .wav
            default: return nil
            }
        } else if Self.word(bytes, at: 4) == "ftyp" {
            guard let format = Self.format(ofBrand: Self.word(bytes, at: 8)) else { return nil }
            self = format
        } else if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
            self = .webm
        } else if bytes.starts(with: Array("ID3".utf8)) || Self.isMPEGAudioFrame(bytes) {
            self = .mp3
        } else if bytes.starts(with: Array("OggS".utf8)) {
            self = .ogg
        } else if bytes.starts(with: Array("fLaC".utf8)) {
            self = .flac
        } else {
            return nil
        }
    }

    /// How it is shown.
    public var kind: Post.Attachment.Kind {
        switch self {
        case .jpeg, .png, .gif, .webp, .avif, .heic: .image
        case .mp4, .quickTime, .webm: .video
        case .mp3, .ogg, .flac, .wav, .m4a: .audio
        }
    }

    /// Its media type.
    public var mediaType: String {
        switch self {
        case .jpeg: "image/jpeg"
        case .png: "image/png"
        case .gif: "image/gif"
        case .webp: "image/webp"
        case .avif: "image/avif"
        case .heic: "image/heic"
        case .mp4: "video/mp4"
        case .quickTime: "video/quicktime"
        case .webm: "video/webm"
        case .mp3: "audio/mpeg"
        case .ogg: "audio/ogg"
        case .flac: "audio/flac"
        case .wav: "audio/wav"
        case .m4a: "audio/mp4"
        }
    }

    /// What it is called in the name of a file.
    var suffix: String {
        switch self {
        case .jpeg: "jpg"
        case .quickTime: "mov"
        default: "\(self)"
        }
    }

    private static func format(ofBrand brand: String?) -> MediaFormat? {
        switch brand {
        case "avif", "avis": .avif
        case "heic", "heix", "mif1", "msf1", "hevc", "heim", "heis": .heic
        case "isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "dash", "MSNV": .mp4
        case "qt  ": .quickTime
        case "M4A ", "M4B ": .m4a
        default: nil
        }
    }

    /// An MPEG audio frame without a tag before it: layer III, with a bit rate and a sampling rate that exist.
    private static func isMPEGAudioFrame(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 4, bytes[0] == 0xFF, bytes[1] & 0xE6 == 0xE2 else { return false }
        return bytes[2] >> 4 != 0xF && bytes[2] >> 4 != 0 && bytes[2] >> 2 & 3 != 3
    }

    private static func word(_ bytes: [UInt8], at offset: Int) -> String? {
        guard bytes.count >= offset + 4 else { return nil }
        return String(decoding: bytes[offset..<offset + 4], as: UTF8.self)
    }
}
