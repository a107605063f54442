import Vocabulary

extension Parameters {
    /// The records of a list, each as parameters of its own.
    ///
    /// Written `name[0][a]=x&name[0][b]=y`; `name[][a]=x&name[][b]=y`, where a member that is there begins the next; or in
    /// JSON, as an array of objects or an object of them.
    func records(_ name: String) -> [Parameters] {
        var records: [(key: String, record: Parameters)] = []
        for (key, value) in values {
            if key == name {
                records += Self.objects(of: value).map { ("", Parameters($0)) }
            } else if let (index, member) = Self.place(of: key, in: name) {
                let place = records.lastIndex { $0.key == index }
                if let place, !index.isEmpty || !records[place].record.isGiven(member) {
                    records[place].record.values.append((member, value))
                } else {
                    records.append((index, Parameters([(member, value)])))
                }
            }
        }
        return records.map(\.record)
    }

    private static func objects(of value: JSONValue) -> [[(key: String, value: JSONValue)]] {
        var found: [[(key: String, value: JSONValue)]] = []
        for item in value.asList {
            guard case .object(let object) = item else { continue }
            let inner = object.members.compactMap { member -> [(key: String, value: JSONValue)]? in
                guard case .object(let record) = member.value else { return nil }
                return record.members.map { ($0.key, $0.value) }
            }
            found += inner.isEmpty ? [object.members.map { ($0.key, $0.value) }] : inner
        }
        return found
    }

    /// Index and member of a key such as `name[index][member]`.
    private static func place(of key: String, in name: String) -> (index: String, member: String)? {
        guard key.hasPrefix("\(name)["), key.hasSuffix("]") else { return nil }
        let inner = key.dropFirst(name.count + 1).dropLast()
        let parts = inner.split(separator: "][", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        return (String(parts[0]), String(parts[1]))
    }
}
