private import Foundation

/// Brings text to one form for comparing: hashtags, and host names inside link texts.
enum CompatibilityFold {
    /// Returns `text` in NFKC and lower case; plain ASCII never reaches the Unicode tables.
    static func fold(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        return text.precomposedStringWithCompatibilityMapping.lowercased()
            .precomposedStringWithCompatibilityMapping
    }
}
