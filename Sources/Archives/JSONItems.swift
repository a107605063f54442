import Vocabulary

/// Finds the items of one list in a JSON document that is too large to be held whole: `orderedItems` of an outbox.
///
/// It only tells where items begin and end; each is then read by the strict parser. Memory is that of one item.
struct JSONItems {
    /// One item of the list.
    enum Item: Sendable {
        /// As it was read.
        case value(JSONValue)
        /// It was longer than an item may be.
        case tooLong
        /// It is no JSON, or too deep.
        case unreadable(reason: String)
    }

    private let name: [UInt8]
    private let limit: Int
    private var depth = 0
    private var isInText = false
    private var isEscaped = false
    /// The last text that ended at the top of the document: the name of what follows.
    private var text: [UInt8] = []
    private var isNamed = false
    private var isInList = false
    private var item: [UInt8] = []
    private var isTooLong = false
    /// Whether the list was found.
    private(set) var hasList = false
    /// Whether the document has ended in the middle of the list, when there is no more of it.
    var breaksOff: Bool { isInList }

    /// Looks for the list with a name; an item has at most so many bytes.
    init(_ name: String, limit: Int) {
        self.name = Array(name.utf8)
        self.limit = limit
    }

    /// Takes the next bytes of the document and gives the items that end in them.
    mutating func feed(_ bytes: [UInt8]) -> [Item] {
        var found: [Item] = []
        for byte in bytes {
            if isInList { take(byte, &found) } else { seek(byte) }
        }
        return found
    }

    /// Before the list: names at the top of the document are read, everything else is passed over.
    private mutating func seek(_ byte: UInt8) {
        if isInText {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInText = false
                return
            }
            if depth == 1, text.count <= name.count { text.append(byte) }
            return
        }
        switch byte {
        case UInt8(ascii: "\""):
            isInText = true
            text = []
            isNamed = false
        case UInt8(ascii: ":"): isNamed = depth == 1 && text == name
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            if isNamed, byte == UInt8(ascii: "["), depth == 1, !hasList {
                isInList = true
                hasList = true
            }
            isNamed = false
            depth += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
        case 0x20, 0x09, 0x0A, 0x0D: break
        default: isNamed = false
        }
    }

    /// In the list: an item ends with a comma, and the list with its bracket, neither of them in a text.
    private mutating func take(_ byte: UInt8, _ found: inout [Item]) {
        if isInText {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInText = false
            }
        } else {
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 1 {
                    isInList = false
                    end(&found)
                    return
                }
            case UInt8(ascii: ",") where depth == 2:
                end(&found)
                return
            default: break
            }
        }
        if item.count < limit { item.append(byte) } else { isTooLong = true }
    }

    private mutating func end(_ found: inout [Item]) {
        defer {
            item = []
            isTooLong = false
        }
        if isTooLong { return found.append(.tooLong) }
        if item.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) { return }
        do {
            found.append(.value(try JSONParser.parse(item)))
        } catch {
            found.append(.unreadable(reason: error.description))
        }
    }
}
