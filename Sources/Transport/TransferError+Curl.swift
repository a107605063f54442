import CCurl
import Glibc

extension TransferError {
    /// Sorts a result of libcurl by who is to blame.
    ///
    /// Spec: libcurl-errors(3).
    init(_ code: CURLcode, reason: String) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: self = .dns(reason: reason)
        case CURLE_COULDNT_CONNECT, CURLE_SEND_ERROR: self = .connect(reason: reason)
        case CURLE_OPERATION_TIMEDOUT: self = .timeout(reason: reason)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER,
            CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            self = .tls(reason: reason)
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_WEIRD_SERVER_REPLY,
            CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR, CURLE_HTTP2,
            CURLE_HTTP2_STREAM, CURLE_SEND_FAIL_REWIND:
            self = .protocolError(reason: reason)
        default: self = .ours(reason: reason)
        }
    }

    /// Sorts the system's refusal to give us a socket: a lack of descriptors or memory is ours, and an address family
    /// that this machine does not speak is nobody's news: nil.
    init?(withoutSocket code: Int32) {
        guard [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) else { return nil }
        self = .ours(reason: "no socket: \(String(cString: strerror(code)))")
    }
}
