public import Domain

/// What is wrong with a school as an admin would have it.
public enum SchoolProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// It has no name, or one that is too long.
    case name
    /// Its rules are too long.
    case rules
    /// Its people could write for nobody but single persons.
    case audiences

    /// All that is wrong with it.
    public static func all(of school: School) -> [SchoolProblem] {
        var problems: [SchoolProblem] = []
        let isNamed = school.name.contains { !$0.isWhitespace }
        if !isNamed || school.name.unicodeScalars.count > School.longestName { problems.append(.name) }
        if school.rules.unicodeScalars.count > School.longestRules { problems.append(.rules) }
        if school.audiences.subtracting([.direct]).isEmpty { problems.append(.audiences) }
        return problems
    }

    /// The text for the person who asked.
    public var description: String {
        switch self {
        case .name: "a school has a name of at most \(School.longestName) characters"
        case .rules: "the rules have at most \(School.longestRules) characters"
        case .audiences: "choose at least one that is more than a direct message"
        }
    }
}
