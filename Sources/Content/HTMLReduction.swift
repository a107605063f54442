/// Rewrites the tag names of hostile HTML to the few that the parser has to know.
///
/// gumbo 0.10 is checked with assertions that stop the whole process, and its modes for tables, selects,
/// templates, framesets and foreign content can be driven into one. So a tag that we would drop anyway is
/// renamed before it parses: to `div` when it separates text, `nav` when its content goes too, `wbr` when it
/// is void, and else to an unknown `x-` element. What is safe to show is not decided here: a `<table` inside
/// an attribute or a comment is renamed as well, and the allow-list judges the tree that comes out.
struct HTMLReduction {
    /// What is given to the parser.
    let bytes: [UInt8]
    /// Whether a limit cut something off.
    let isShortened: Bool

    /// Rewrites at most ``HTMLLimits/maximumBytes`` and ``HTMLLimits/maximumTags`` of `text`, in one pass.
    init(_ text: some Collection<UInt8>, limits: HTMLLimits) {
        let input = Array(text.prefix(limits.maximumBytes))
        var shortened = input.count < text.count
        var out: [UInt8] = []
        out.reserveCapacity(input.count + input.count / 8)
        var tags = 0
        var index = input.startIndex
        while index < input.endIndex {
            let byte = input[index]
            guard byte == UInt8(ascii: "<") else {
                out.append(byte)
                index += 1
                continue
            }
            tags += 1
            if tags > limits.maximumTags {
                shortened = true
                break
            }
            out.append(byte)
            index += 1
            if index < input.endIndex, input[index] == UInt8(ascii: "/") {
                out.append(input[index])
                index += 1
            }
            index = Self.rewriteName(in: input, at: index, into: &out)
        }
        bytes = out
        isShortened = shortened
    }

    /// Writes the name that starts at `start`, if one does, and returns where reading goes on.
    private static func rewriteName(in input: [UInt8], at start: Int, into out: inout [UInt8]) -> Int {
        guard start < input.endIndex, input[start].isASCIILetter else { return start }
        var end = start
        var name = ""
        while end < input.endIndex, !input[end].endsTagName {
            // The longest name we know has ten letters; a longer one need not be read to its end.
            if end - start > 12 { break }
            name.unicodeScalars.append(UnicodeScalar(input[end].asciiLowercased))
            end += 1
        }
        switch TagFate.of(name) {
        case .known: out.append(contentsOf: input[start..<end])
        case .separator: out.append(contentsOf: "div".utf8)
        case .hidden: out.append(contentsOf: "nav".utf8)
        case .void: out.append(contentsOf: "wbr".utf8)
        case .other:
            out.append(contentsOf: "x-".utf8)
            out.append(contentsOf: input[start..<end])
        }
        return end
    }
}

/// What ``HTMLReduction`` does with a tag of some name.
enum TagFate {
    /// The parser sees it as it is.
    case known
    /// Dropped; the text before and after it stands on lines of its own.
    case separator
    /// Dropped together with its content.
    case hidden
    /// Dropped, and has no content.
    case void
    /// Dropped; its content stays where it is.
    case other

    /// Returns the fate of a lower-case tag name.
    static func of(_ name: String) -> TagFate {
        table[name] ?? .other
    }

    private static let table: [String: TagFate] = {
        let names: [(TagFate, String)] = [
            (.known, "p a br span del s pre blockquote code b strong u i em ul ol li h1 h2 h3 h4 h5 h6"),
            (.known, "ruby rt rp div hr img wbr script style iframe noembed noframes xmp textarea title"),
            (.separator, "table caption thead tbody tfoot tr section article aside header footer nav main"),
            (.separator, "address center figure figcaption dl dt dd details summary fieldset legend form"),
            (.separator, "option optgroup hgroup menu dir search"),
            (.hidden, "svg math object noscript template applet audio video canvas"),
            (.void, "input base link meta col param source track frame keygen area embed image isindex"),
            (.void, "command basefont bgsound"),
        ]
        var table: [String: TagFate] = [:]
        for (fate, list) in names {
            for name in list.split(separator: " ") { table[String(name)] = fate }
        }
        return table
    }()
}

extension UInt8 {
    var isASCIILetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }

    var isASCIIDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }

    /// Space, tab, line feed, form feed, carriage return: white space to HTML.
    var isHTMLSpace: Bool {
        self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0C || self == 0x0D
    }

    var asciiLowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }

    fileprivate var endsTagName: Bool {
        isHTMLSpace || self == UInt8(ascii: "/") || self == UInt8(ascii: ">")
    }
}
