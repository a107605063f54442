extension Post {
    /// What a post says; with its attachments all that an edit may change.
    public struct Body: Sendable, Hashable {
        /// Its title, as plain text; empty if it has none.
        public var title: String
        /// Sanitised HTML.
        public var html: String
        /// The same as plain text, for search and notifications.
        public var text: String
        /// What its author typed, when `html` was made of something else than `text`.
        public var source: Source?
        /// A content warning or summary as plain text; empty if none.
        public var summary: String
        /// Whether it is hidden behind its summary.
        public var isSensitive: Bool
        /// The language tag (BCP 47), if known.
        public var language: String?
        /// What it is about: a page elsewhere, of which it has the title.
        public var link: URI?
        /// The picture that stands for it: a cover, a film's preview.
        public var picture: Picture?
        /// Hashtags without `#`, in lower case.
        public var hashtags: [String]
        /// The actors that its author mentions, known here or not.
        public var mentions: [URI]
        /// The custom emoji that its texts use.
        public var emojis: [Emoji]
        /// The post that it quotes, on the wire.
        public var quotes: URI?
        /// What it is about in professional learning.
        public var learning: Learning?

        /// A text as it was typed.
        public struct Source: Sendable, Hashable {
            /// The text.
            public var text: String
            /// Its media type, such as `text/markdown`.
            public var mediaType: String

            /// Puts a source together.
            public init(_ text: String, mediaType: String) {
                self.text = text
                self.mediaType = mediaType
            }
        }

        /// A picture that stands for a post.
        public struct Picture: Sendable, Hashable {
            /// Where it is.
            public var url: URI
            /// What it shows, as plain text; empty if nobody has said.
            public var description: String

            /// Puts a picture together.
            public init(_ url: URI, description: String = "") {
                self.url = url
                self.description = description
            }
        }

        /// A small picture that is written as `:name:`.
        public struct Emoji: Sendable, Hashable {
            /// Letters, digits and `_`, without the colons.
            public let name: String
            /// Where the picture is.
            public let url: URI

            /// Takes a name and a picture; nil when the name is empty, longer than 64 bytes, or has another character.
            public init?(_ name: String, url: URI) {
                let isName = name.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                        true
                    default: false
                    }
                }
                guard isName, (1...64).contains(name.utf8.count) else { return nil }
                self.name = name
                self.url = url
            }
        }

        /// Puts a body together.
        public init(
            title: String = "",
            html: String,
            text: String,
            source: Source? = nil,
            summary: String = "",
            isSensitive: Bool = false,
            language: String? = nil,
            link: URI? = nil,
            picture: Picture? = nil,
            hashtags: [String] = [],
            mentions: [URI] = [],
            emojis: [Emoji] = [],
            quotes: URI? = nil,
            learning: Learning? = nil
        ) {
            self.title = title
            self.html = html
            self.text = text
            self.source = source
            self.summary = summary
            self.isSensitive = isSensitive
            self.language = language
            self.link = link
            self.picture = picture
            self.hashtags = hashtags
            self.mentions = mentions
            self.emojis = emojis
            self.quotes = quotes
            self.learning = learning
        }
    }
}
