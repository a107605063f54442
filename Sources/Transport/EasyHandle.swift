import CCurl
import Domain

/// One of libcurl's easy handles with everything set that is the same for all transfers; used for one after another.
///
/// Nothing of an exchange outlives it in a handle: cookies, redirects, credentials, proxies and content decoding are
/// never turned on, and each `prepare` sets all that differs.
final class EasyHandle {
    let raw: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var fields: FieldList?

    init?(_ configuration: TransportConfiguration, _ certificates: CertificateBundle) {
        guard let raw = curl_easy_init() else { return nil }
        self.raw = raw
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        guard setUp(configuration, certificates) else { return nil }
    }

    deinit {
        curl_easy_cleanup(raw)
        errorText.deallocate()
    }

    /// Sets what one transfer needs; `owner` is what the callbacks get and must outlive it.
    ///
    /// - Throws: `refusedRequest` for bad fields, `ours` when libcurl refuses a setting.
    func prepare(
        _ request: OutboundRequest,
        _ fields: FieldList,
        milliseconds: Int,
        owner: UnsafeMutableRawPointer
    ) throws(TransferError) {
        self.fields = fields
        errorText[0] = 0
        let isPost = request.method == .post
        let isSet =
            ccurl_set_owner(raw, owner) == CURLE_OK
            && ccurl_set_fields(raw, fields.list) == CURLE_OK
            // libcurl reads only scheme and host out of a URL; the target is sent as it was signed.
            && text(CURLOPT_URL, "\(request.uri.origin)/")
            && text(CURLOPT_REQUEST_TARGET, request.uri.target)
            && long(isPost ? CURLOPT_POST : CURLOPT_HTTPGET, 1)
            && ccurl_set_offset(raw, CURLOPT_POSTFIELDSIZE_LARGE, isPost ? Int(request.body?.count ?? 0) : -1)
                == CURLE_OK
            && long(CURLOPT_TIMEOUT_MS, max(1, milliseconds))
        guard isSet else { throw .ours(reason: "libcurl takes a setting no more") }
    }

    /// Lets go of what the last transfer left.
    func finish() {
        fields = nil
        ccurl_set_fields(raw, nil)
        ccurl_set_owner(raw, nil)
    }

    /// What libcurl has to say about a result.
    func text(of code: CURLcode) -> String {
        errorText[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
    }

    private func long(_ option: CURLoption, _ value: Int) -> Bool {
        ccurl_set_long(raw, option, value) == CURLE_OK
    }
    private func text(_ option: CURLoption, _ value: String?) -> Bool {
        ccurl_set_text(raw, option, value) == CURLE_OK
    }

    private func setUp(_ configuration: TransportConfiguration, _ certificates: CertificateBundle) -> Bool {
        ccurl_set_error_buffer(raw, errorText) == CURLE_OK
            && ccurl_set_callbacks(raw, Transfer.callbacks) == CURLE_OK
            && setUpHTTP(configuration) && setUpTLS(certificates) && setUpLimits(configuration)
    }

    private func setUpHTTP(_ configuration: TransportConfiguration) -> Bool {
        let protocols = configuration.opensPlainHTTP ? "https,http" : "https"
        return text(CURLOPT_PROTOCOLS_STR, protocols)
            && text(CURLOPT_REDIR_PROTOCOLS_STR, "https")
            && long(CURLOPT_FOLLOWLOCATION, 0)
            && long(CURLOPT_MAXREDIRS, 0)
            // Not HTTP/2: one connection to a host would carry many exchanges, so that one reset, GOAWAY or header
            // flood fails them all; a lane sends one delivery after another anyway.
            && long(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
            && long(CURLOPT_HTTP09_ALLOWED, 0)
            && text(CURLOPT_PROXY, "")
            && text(CURLOPT_NOPROXY, "*")
            && long(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
            && long(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
            && long(CURLOPT_PATH_AS_IS, 1)
            && long(CURLOPT_HTTP_CONTENT_DECODING, 0)
    }

    private func setUpTLS(_ certificates: CertificateBundle) -> Bool {
        long(CURLOPT_SSL_VERIFYPEER, 1)
            && long(CURLOPT_SSL_VERIFYHOST, 2)
            && long(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
            && text(CURLOPT_CAINFO, certificates.path)
            // With a directory of authorities set, libcurl would parse the file again for every connection.
            && text(CURLOPT_CAPATH, nil)
            // Every new connection proves who it is; a kept one has.
            && long(CURLOPT_SSL_SESSIONID_CACHE, 0)
    }

    private func setUpLimits(_ configuration: TransportConfiguration) -> Bool {
        long(CURLOPT_NOSIGNAL, 1)
            && long(CURLOPT_CONNECTTIMEOUT_MS, max(1, configuration.connectTimeout.wholeMilliseconds))
            && long(CURLOPT_LOW_SPEED_LIMIT, max(0, configuration.slowestRate))
            && long(CURLOPT_LOW_SPEED_TIME, max(1, configuration.slowTime.wholeMilliseconds / 1000))
            // Without this, ending a transfer waits for its name lookup, and every other host with it.
            && long(CURLOPT_QUICK_EXIT, 1)
            && long(CURLOPT_BUFFERSIZE, 16 << 10)
    }
}

extension Duration {
    /// Whole milliseconds, at most about 24 days, so that they fit every counter they go to.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        return Int(max(seconds, -1) * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}
