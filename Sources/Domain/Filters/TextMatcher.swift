/// Finds which of many texts stand in another, in one pass over it.
///
/// The automaton of Aho and Corasick ("Efficient string matching", 1975), over bytes.
struct TextMatcher: Sendable {
    private struct Node: Sendable {
        var next: [UInt8: Int] = [:]
        /// Where to go on when there is no next: the longest end of this that is a beginning of another.
        var fallback = 0
        /// The patterns that end here.
        var found: [Int] = []
    }

    private var nodes = [Node()]

    /// Takes the texts to look for; empty ones are never found.
    ///
    /// Costs their total length.
    init(_ patterns: [String]) {
        for (index, pattern) in patterns.enumerated() where !pattern.isEmpty { add(pattern, index) }
        link()
    }

    private mutating func add(_ pattern: String, _ index: Int) {
        var place = 0
        for byte in pattern.utf8 {
            if let next = nodes[place].next[byte] {
                place = next
            } else {
                nodes.append(Node())
                nodes[place].next[byte] = nodes.count - 1
                place = nodes.count - 1
            }
        }
        nodes[place].found.append(index)
    }

    /// Breadth first, so that what a fallback leads to is linked already.
    private mutating func link() {
        var queue = Array(nodes[0].next.values)
        var head = 0
        while head < queue.count {
            let place = queue[head]
            head += 1
            for (byte, next) in nodes[place].next {
                nodes[next].fallback = step(from: nodes[place].fallback, byte)
                queue.append(next)
            }
        }
    }

    private func step(from start: Int, _ byte: UInt8) -> Int {
        var place = start
        while true {
            if let next = nodes[place].next[byte] { return next }
            if place == 0 { return 0 }
            place = nodes[place].fallback
        }
    }

    /// The indices of the texts that stand in another; linear in it and in the texts, however often they stand there.
    func found(in text: String) -> Set<Int> {
        var found: Set<Int> = []
        guard nodes.count > 1 else { return found }
        // What was reported once is not walked through again.
        var isReported = [Bool](repeating: false, count: nodes.count)
        isReported[0] = true
        var place = 0
        for byte in text.utf8 {
            place = step(from: place, byte)
            var end = place
            while !isReported[end] {
                isReported[end] = true
                found.formUnion(nodes[end].found)
                end = nodes[end].fallback
            }
        }
        return found
    }
}
