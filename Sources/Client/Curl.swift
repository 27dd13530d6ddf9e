import CCurl

/// One libcurl easy handle: a connection that is kept open between requests. The only file that imports CCurl.
///
/// Sendable because its owner hands it to one thread at a time: `Client` takes it out of its pool before use.
final class Curl: @unchecked Sendable {
    enum Failure: Error {
        case timeout(received: Int)
        case tooLarge
        case other(reason: String, received: Int)
    }

    /// Where libcurl's write callback puts the answer.
    private final class Answer {
        var bytes = [UInt8]()
        let limit: Int
        var isTooLarge = false

        init(limit: Int) { self.limit = limit }
    }

    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let handle: UnsafeMutableRawPointer

    /// nil where libcurl has no memory.
    init?() {
        guard Curl.isReady, let handle = curl_easy_init() else { return nil }
        self.handle = handle
    }

    deinit { curl_easy_cleanup(handle) }

    /// Sends a request and waits for the whole answer.
    func perform(
        method isPost: Bool, url: String, headers: [String], body: [UInt8], connectTimeout: Int, timeout: Int,
        limit: Int
    ) throws(Failure) -> (status: Int, body: [UInt8]) {
        var list: UnsafeMutablePointer<curl_slist>?
        // Without this libcurl asks for permission to send a large body, and waits a second for servers that ignore it.
        for header in headers + ["Expect:"] { list = curl_slist_append(list, header) ?? list }
        defer { curl_slist_free_all(list) }
        let answer = Answer(limit: limit)
        var message = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        var status = 0
        let code = message.withUnsafeMutableBufferPointer { message in
            body.withUnsafeBytes { body in
                configure(url: url, connectTimeout: connectTimeout, timeout: timeout)
                ccurl_set_list(handle, CURLOPT_HTTPHEADER, list)
                ccurl_set_error_buffer(handle, message.baseAddress)
                ccurl_set_writer(handle, Curl.write, Unmanaged.passUnretained(answer).toOpaque())
                if isPost {
                    ccurl_set_long(handle, CURLOPT_POST, 1)
                    ccurl_set_large(handle, CURLOPT_POSTFIELDSIZE_LARGE, Int64(body.count))
                    ccurl_set_bytes(handle, CURLOPT_POSTFIELDS, body.baseAddress)
                } else {
                    ccurl_set_long(handle, CURLOPT_HTTPGET, 1)
                }
                let code = BrokenPipe.ignored { withExtendedLifetime(answer) { curl_easy_perform(handle) } }
                ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
                // Nothing of this call stays behind in the handle, except the connection.
                curl_easy_reset(handle)
                return code
            }
        }
        if code == CURLE_OK { return (status, answer.bytes) }
        if answer.isTooLarge { throw .tooLarge }
        if code == CURLE_OPERATION_TIMEDOUT { throw .timeout(received: answer.bytes.count) }
        let detail = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        throw .other(
            reason: detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail, received: answer.bytes.count)
    }

    private func configure(url: String, connectTimeout: Int, timeout: Int) {
        ccurl_set_string(handle, CURLOPT_URL, url)
        ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_string(handle, CURLOPT_USERAGENT, "typecase/0.1")
        // A library must not use signals, nor what the environment says about proxies.
        ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        ccurl_set_string(handle, CURLOPT_PROXY, "")
        ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        // Both engines speak HTTP/1.1 only.
        ccurl_set_long(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        // libcurl refuses more milliseconds than 32 bits hold, and a refused limit would be none.
        ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, min(connectTimeout, Int(Int32.max)))
        ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, min(timeout, Int(Int32.max)))
        ccurl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
    }

    private static let write: ccurl_write_callback = { data, size, count, userData in
        guard let data, let userData else { return 0 }
        let answer = Unmanaged<Answer>.fromOpaque(userData).takeUnretainedValue()
        let length = size * count
        if answer.bytes.count + length > answer.limit {
            answer.isTooLarge = true
            return 0
        }
        answer.bytes.append(contentsOf: UnsafeRawBufferPointer(start: data, count: length))
        return length
    }
}
