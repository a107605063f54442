private import Foundation

/// Splits text into the words by which it is found, the same for what is searched and for what is asked.
///
/// Both engines index these words, separated by spaces, so that they find the same: letters and digits only, in lower
/// case, compatibility forms as their plain letters (NFKD), and the accents of Latin, Greek, Cyrillic, Hebrew and
/// Arabic letters taken off. Scripts that write no spaces give one word a character; what is asked in them is looked
/// for as a phrase.
public enum SearchWords {
    /// The most words that are read of one text.
    public static let maximumCount = 10_000
    /// The longest word, in Unicode scalars; what is longer is cut.
    public static let maximumLength = 64

    /// The words of a text, in order.
    public static func words(of text: String, limit: Int = maximumCount) -> [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        func end() {
            if !word.isEmpty, words.count < limit { words.append(String(word)) }
            word = String.UnicodeScalarView()
        }
        for scalar in folded(text).unicodeScalars {
            if words.count >= limit { break }
            switch role(of: scalar) {
            case .letter where word.count < maximumLength: word.append(scalar)
            case .letter, .accent: break
            case .character:
                end()
                word.append(scalar)
                end()
            case .gap: end()
            }
        }
        end()
        return words
    }

    private enum Role { case letter, character, accent, gap }

    private static func folded(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        // Upper case first: that makes "ss" of a German sharp s.
        return text.uppercased().lowercased().decomposedStringWithCompatibilityMapping
    }

    private static func role(of scalar: UnicodeScalar) -> Role {
        switch scalar.value {
        case 0x30...0x39, 0x61...0x7A: return .letter
        case 0..<0x80: return .gap
        // Accents: combining marks, Hebrew points, Arabic vowels.
        case 0x300...0x36F, 0x591...0x5C7, 0x610...0x61A, 0x640, 0x64B...0x65F, 0x670: return .accent
        // Thai, Lao, Burmese, Khmer, kana and Han are written without spaces.
        case 0xE00...0xEFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x3400...0x4DBF,
            0x4E00...0x9FFF,
            0x20000...0x3FFFF:
            return isWordPart(scalar) ? .character : .gap
        default: return isWordPart(scalar) ? .letter : .gap
        }
    }

    private static func isWordPart(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber,
            .letterNumber, .otherNumber, .nonspacingMark, .spacingMark:
            true
        default: false
        }
    }
}
