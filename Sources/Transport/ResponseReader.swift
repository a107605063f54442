/// Collects one response as libcurl hands it over, and counts every byte of it.
struct ResponseReader {
    /// What made it stop, when it did.
    private(set) var failure: TransferError?
    /// Whether more of the body came than was wanted.
    private(set) var isCut = false
    private(set) var fields: [(name: String, value: String)] = []
    private(set) var body: [UInt8] = []

    private let maxBody: Int
    private let excess: OutboundRequest.Excess
    private let maxHeaderBytes: Int
    private let maxHeaderLines: Int
    private var headerBytes = 0
    private var headerLines = 0
    private var isInHeader = false

    init(_ request: OutboundRequest, _ configuration: TransportConfiguration) {
        maxBody = max(0, request.maxResponseBody ?? configuration.maxResponseBody)
        excess = request.excess
        maxHeaderBytes = configuration.maxHeaderBytes
        maxHeaderLines = configuration.maxHeaderLines
    }

    /// Takes a status line, a field, the empty line after a header, or a line of a trailer, which is counted only.
    ///
    /// - Returns: whether to go on.
    mutating func takeLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
        headerBytes += bytes.count
        headerLines += 1
        guard headerBytes <= maxHeaderBytes, headerLines <= maxHeaderLines else {
            failure = .tooManyHeaders
            return false
        }
        var line = bytes[...]
        while let last = line.last, last == 0x0A || last == 0x0D { line = line.dropLast() }
        if isInHeader {
            isInHeader = !line.isEmpty
            return line.isEmpty || takeField(line)
        }
        if body.isEmpty, line.starts(with: "HTTP/".utf8) {
            guard line.starts(with: "HTTP/1.".utf8) else {
                failure = .protocolError(reason: "it is not HTTP/1")
                return false
            }
            // An interim response is followed by another one, whose fields are the ones that count.
            fields = []
            isInHeader = true
        }
        return true
    }

    /// Whether the header of the response is whole.
    var hasHeader: Bool { headerLines > 0 && !isInHeader }

    /// Takes a part of the body.
    ///
    /// - Returns: whether to go on.
    mutating func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let room = maxBody - body.count
        guard bytes.count <= room else {
            switch excess {
            case .fails: failure = .tooLarge(limit: maxBody)
            case .isCut:
                body += bytes.prefix(max(0, room))
                isCut = true
            }
            return false
        }
        body += bytes
        return true
    }

    private mutating func takeField(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), line.first != 0x20, line.first != 0x09
        else {
            failure = .protocolError(reason: "a header line is no field")
            return false
        }
        var value = line[(colon + 1)...]
        while let first = value.first, first == 0x20 || first == 0x09 { value = value.dropFirst() }
        while let last = value.last, last == 0x20 || last == 0x09 { value = value.dropLast() }
        fields.append(
            (String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
        )
        return true
    }
}
