extension Post {
    /// A picture, film, recording or file that belongs to a post, wherever it is kept.
    public struct Attachment: Sendable, Hashable, Codable {
        /// How it is shown.
        public enum Kind: String, Sendable, CaseIterable, Codable {
            case image, video, audio
            /// Offered as a link.
            case file
        }

        /// The point of a picture that has to stay in view when it is cropped.
        ///
        /// Spec: Mastodon's `focalPoint`. From -1 to 1: x from the left, y from the bottom.
        public struct Focus: Sendable, Hashable, Codable {
            /// From -1, the left edge, to 1.
            public let x: Double
            /// From -1, the lower edge, to 1.
            public let y: Double

            /// Takes a point; what lies outside of the picture, or is no number, is none.
            public init?(x: Double, y: Double) {
                guard (-1...1).contains(x), (-1...1).contains(y) else { return nil }
                self.x = x
                self.y = y
            }
        }

        /// How it is shown.
        public var kind: Kind
        /// Its media type, if that is known.
        public var mediaType: String?
        /// Where it is.
        public var url: URI
        /// A smaller picture of it, if there is one.
        public var preview: URI?
        /// What it shows, for those who do not see it, as plain text; empty if nobody has said.
        public var description: String
        /// What to keep in view.
        public var focus: Focus?
        /// A blurred placeholder, as text of at most 128 bytes.
        public var blurhash: String?
        /// In pixels.
        public var width: Int?
        /// In pixels.
        public var height: Int?
        /// What somebody here uploaded for it; nil for a peer's.
        public var upload: Upload.ID?

        /// Puts an attachment together.
        public init(
            _ kind: Kind,
            mediaType: String? = nil,
            url: URI,
            preview: URI? = nil,
            description: String = "",
            focus: Focus? = nil,
            blurhash: String? = nil,
            width: Int? = nil,
            height: Int? = nil,
            upload: Upload.ID? = nil
        ) {
            self.kind = kind
            self.mediaType = mediaType
            self.url = url
            self.preview = preview
            self.description = description
            self.focus = focus
            self.blurhash = blurhash
            self.width = width
            self.height = height
            self.upload = upload
        }
    }
}
