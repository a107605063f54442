import CCurl
import Glibc

/// What libcurl needs once in a process or once on a thread.
enum CurlGlobals {
    /// Starts libcurl, once; whether that worked.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Keeps a peer's closed connection from ending the process: OpenSSL writes without MSG_NOSIGNAL.
    static func blockBrokenPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}

/// A multi handle, freed with its last owner.
///
/// Confined to its worker's queue but for `wake`, which libcurl allows from any thread; that is what makes it Sendable.
final class MultiHandle: @unchecked Sendable {
    let raw: UnsafeMutableRawPointer

    init(maxIdle: Int) throws(TransportSetupError) {
        guard CurlGlobals.isReady, let raw = curl_multi_init() else { throw .curl }
        self.raw = raw
        ccurl_multi_set_long(raw, CURLMOPT_MAXCONNECTS, maxIdle)
        ccurl_multi_set_long(raw, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
    }

    deinit { curl_multi_cleanup(raw) }

    /// Ends the wait in `curl_multi_poll`, or the next one.
    func wake() { curl_multi_wakeup(raw) }
}

/// Why a client could not be made: a wrong setting, or a machine that lacks what it needs.
public enum TransportSetupError: Error, Sendable, Hashable {
    /// libcurl could not be started.
    case curl
    /// A file with certificate authorities cannot be read or holds no certificate.
    case certificates(path: String)
}
