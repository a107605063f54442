/// What another server answered, whatever its status.
public struct OutboundResponse: Sendable {
    /// The status code, 200...599.
    public let status: Int
    /// The header fields in wire order, without surrounding white space; trailers are dropped.
    public let fields: [(name: String, value: String)]
    /// The body as it was sent: no content coding is asked for, and none is undone.
    public let body: [UInt8]
    /// Whether more of the body came than was read (`OutboundRequest.Excess.isCut`).
    public let isCut: Bool

    /// Puts a response together.
    public init(
        status: Int,
        fields: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        isCut: Bool = false
    ) {
        self.status = status
        self.fields = fields
        self.body = body
        self.isCut = isCut
    }

    /// The value of the first field of a name, in any case; nil when there is none.
    public func field(_ name: String) -> String? { fields.first { $0.name.isFieldName(name) }?.value }

    /// The values of all fields of a name, in order.
    public func values(_ name: String) -> [String] {
        fields.filter { $0.name.isFieldName(name) }.map(\.value)
    }
}

extension String {
    /// Compares field names: ASCII case makes no difference, everything else does.
    func isFieldName(_ other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { $0 == $1 || $0.lowered == $1.lowered }
    }
}

extension UInt8 {
    var lowered: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
