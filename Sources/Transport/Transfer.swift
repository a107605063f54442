import CCurl
import Domain
import Glibc

/// One exchange while libcurl works on it; confined to its worker's queue.
final class Transfer {
    let job: Job
    let handle: EasyHandle
    private let addressGuard: AddressGuard
    private var reader: ResponseReader
    private var sent = 0
    private var refused: IPAddress?
    private var lack: TransferError?

    init(
        _ job: Job,
        _ handle: EasyHandle,
        _ configuration: TransportConfiguration,
        _ addressGuard: AddressGuard
    ) {
        self.job = job
        self.handle = handle
        self.addressGuard = addressGuard
        reader = ResponseReader(job.request, configuration)
    }

    /// What a finished transfer came to.
    func result(_ code: CURLcode) -> Result<OutboundResponse, TransferError> {
        let status = ccurl_status(handle.raw)
        if let failure = reader.failure { return .failure(failure) }
        // Where only the status matters, what befell the body after it does not.
        let isAnswered = code == CURLE_OK || job.request.excess == .isCut && reader.hasHeader && status >= 200
        guard isAnswered else { return .failure(failure(code)) }
        guard (200...599).contains(status) else {
            return .failure(.protocolError(reason: "the status is \(status)"))
        }
        return .success(
            OutboundResponse(
                status: status,
                fields: reader.fields,
                body: reader.body,
                isCut: reader.isCut || code != CURLE_OK
            )
        )
    }

    private func failure(_ code: CURLcode) -> TransferError {
        if let lack, code == CURLE_COULDNT_CONNECT { return lack }
        if let refused, code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK {
            return .refusedAddress(refused, isLiteral: false)
        }
        return .init(code, reason: handle.text(of: code))
    }
}

// MARK: - What libcurl calls, always on the worker's queue

extension Transfer {
    private static func at(_ owner: UnsafeMutableRawPointer?) -> Transfer? {
        owner.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The pointer under which the callbacks find this transfer; its owner keeps it alive.
    var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    static let callbacks = ccurl_callbacks(
        write: { data, size, count, owner in
            let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
            return Transfer.at(owner)?.reader.takeBody(bytes) == true ? bytes.count : 0
        },
        header: { data, size, count, owner in
            let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
            return Transfer.at(owner)?.reader.takeLine(bytes) == true ? bytes.count : 0
        },
        read: { room, size, count, owner in
            guard let room, let transfer = Transfer.at(owner) else { return Int(CURL_READFUNC_ABORT) }
            return transfer.send(into: UnsafeMutableRawBufferPointer(start: room, count: size * count))
        },
        seek: { owner, offset, origin in
            guard let transfer = Transfer.at(owner), origin == SEEK_SET, let start = Int(exactly: offset),
                start >= 0
            else { return CURL_SEEKFUNC_FAIL }
            transfer.sent = start
            return CURL_SEEKFUNC_OK
        },
        open_socket: { owner, _, address in
            guard let transfer = Transfer.at(owner), let address else { return CURL_SOCKET_BAD }
            return transfer.openSocket(address.pointee, ccurl_address_bytes(address))
        },
        before_request: { owner, address, _, _, _ in
            guard let transfer = Transfer.at(owner), let address, transfer.admits(String(cString: address))
            else {
                return CURL_PREREQFUNC_ABORT
            }
            return CURL_PREREQFUNC_OK
        }
    )

    /// Copies the next part of the request body; the array itself is shared by all transfers that send it.
    private func send(into room: UnsafeMutableRawBufferPointer) -> Int {
        guard let body = job.request.body, sent < body.count else { return 0 }
        let part = body[sent..<min(body.count, sent + room.count)]
        room.copyBytes(from: part)
        sent += part.count
        return part.count
    }

    /// Opens a socket only for an address that the guard admits, judged in the binary form that is connected to.
    private func openSocket(_ address: curl_sockaddr, _ bytes: UnsafeRawPointer) -> curl_socket_t {
        let found = IPAddress(
            socketAddress: UnsafeRawBufferPointer(start: bytes, count: Int(address.addrlen))
        )
        guard let found else { return CURL_SOCKET_BAD }
        guard addressGuard.admits(found, over: job.request.uri.scheme) else {
            refused = found
            return CURL_SOCKET_BAD
        }
        let descriptor = socket(
            address.family,
            address.socktype | Int32(SOCK_CLOEXEC.rawValue),
            address.`protocol`
        )
        if descriptor < 0 { lack = TransferError(withoutSocket: errno) }
        return descriptor
    }

    /// Judges once more where a connection leads, before each request on it.
    private func admits(_ text: String) -> Bool {
        guard let address = try? IPAddress(text) else { return false }
        if addressGuard.admits(address, over: job.request.uri.scheme) { return true }
        refused = address
        return false
    }
}
