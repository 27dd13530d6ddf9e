import Bytes
import CCurl
import Engines

/// One libcurl easy handle, used for one transfer after the other by the loop's thread.
final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    /// Carries out its transfers.
    let multi: MultiHandle
    private var headers: UnsafeMutablePointer<curl_slist>?
    /// Where requests go. Of a text libcurl would find the parts anew for each.
    private var url: OpaquePointer?
    private let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// nil where libcurl has no memory.
    init?(_ multi: MultiHandle) {
        guard EasyHandle.isReady, let pointer = curl_easy_init() else { return nil }
        (self.pointer, self.multi) = (pointer, multi)
        multi.handles += 1
    }

    deinit {
        multi.handles -= 1
        curl_easy_cleanup(pointer)
        curl_slist_free_all(headers)
        curl_url_cleanup(url)
        message.deallocate()
    }

    /// What stays the same from one transfer to the next where they go the same way.
    private struct Way: Equatable {
        let server: String
        let path: String
        let method: HTTPRequest.Method
        let headers: [String]
        let destination: Destination
        let connectTimeout: Int

        init(_ request: TransferRequest, _ server: Server) {
            (self.server, destination) = (server.url, request.destination)
            (path, method, headers) = (request.http.path, request.http.method, request.http.headers)
            connectTimeout = request.timeouts.connect
        }
    }

    private var way: Way?
    /// Without an address libcurl would ask for the body.
    private static let nothing: StaticString = ""

    /// Makes the handle ready to send the request of `transfer` to a server. `transfer` is not retained.
    func prepare(_ transfer: Transfer, server: Server) {
        let request = transfer.request
        let way = Way(request, server)
        if way != self.way { take(way) }
        message.pointee = 0
        ccurl_set_private(pointer, Unmanaged.passUnretained(transfer).toOpaque())
        ccurl_set_writer(pointer, EasyHandle.write, Unmanaged.passUnretained(transfer).toOpaque())
        if request.http.method == .post {
            let bytes = transfer.bytes()
            ccurl_set_large(pointer, CURLOPT_POSTFIELDSIZE_LARGE, Int64(bytes.count))
            // Not copied: the transfer keeps it as long as the handle has the transfer.
            ccurl_set_bytes(pointer, CURLOPT_POSTFIELDS, bytes.pointer ?? EasyHandle.nothing.utf8Start)
        }
    }

    private func take(_ way: Way) {
        self.way = way
        // Nothing of the transfers before stays behind.
        curl_easy_reset(pointer)
        curl_slist_free_all(headers)
        headers = nil
        for header in EasyHandle.headers(way.headers) { headers = curl_slist_append(headers, header) ?? headers }
        ccurl_set_list(pointer, CURLOPT_HTTPHEADER, headers)
        ccurl_set_error_buffer(pointer, message)
        multi.sockets.attend(pointer)
        address(way.server + way.path)
        ccurl_set_string(pointer, CURLOPT_PROTOCOLS_STR, "http,https")
        // A library must not use signals.
        ccurl_set_long(pointer, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(pointer, CURLOPT_FOLLOWLOCATION, 0)
        // Both engines speak HTTP/1.1 only.
        ccurl_set_long(pointer, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        // libcurl refuses more milliseconds than 32 bits hold, and a refused limit would be none.
        ccurl_set_long(pointer, CURLOPT_CONNECTTIMEOUT_MS, min(way.connectTimeout, Int(Int32.max)))
        ccurl_set_long(pointer, CURLOPT_TCP_KEEPALIVE, 1)
        // Both engines close what is idle for 5 seconds: what is nearly that old is not used any more.
        ccurl_set_long(pointer, CURLOPT_MAXAGE_CONN, 4)
        secure(way.destination)
        ccurl_set_long(pointer, way.method == .post ? CURLOPT_POST : CURLOPT_HTTPGET, 1)
    }

    private func address(_ text: String) {
        curl_url_cleanup(url)
        url = curl_url()
        let flags = UInt32(CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME)
        if let url, curl_url_set(url, CURLUPART_URL, text, flags) == CURLUE_OK {
            ccurl_set_url(pointer, url)
        } else {
            // What is wrong with it the transfer will say.
            ccurl_set_string(pointer, CURLOPT_URL, text)
        }
    }

    /// The caller's, and those that it does not name: libcurl writes its own byte by byte, and twice.
    private static func headers(_ given: [String]) -> [String] {
        let names = given.map { $0.prefix { $0 != ":" && $0 != ";" }.lowercased() }
        return given
            + [
                ("user-agent", "User-Agent: typecase/0.1"),
                // It would say that anything is accepted, as does its absence.
                ("accept", "Accept:"),
                // It would ask for permission to send a large body, and wait a second for servers that ignore that.
                ("expect", "Expect:"),
            ].filter { !names.contains($0.0) }.map(\.1)
    }

    private func secure(_ destination: Destination) {
        switch destination.proxy {
        case .none: ccurl_set_string(pointer, CURLOPT_PROXY, "")
        case .environment: break
        case .url(let url): ccurl_set_string(pointer, CURLOPT_PROXY, url)
        }
        if !destination.verifies {
            ccurl_set_long(pointer, CURLOPT_SSL_VERIFYPEER, 0)
            ccurl_set_long(pointer, CURLOPT_SSL_VERIFYHOST, 0)
        }
        if let file = destination.caFile { ccurl_set_string(pointer, CURLOPT_CAINFO, file) }
        if let file = destination.certificateFile { ccurl_set_string(pointer, CURLOPT_SSLCERT, file) }
        if let file = destination.keyFile { ccurl_set_string(pointer, CURLOPT_SSLKEY, file) }
    }

    /// Goes on with a transfer whose bytes were not taken.
    func unpause() {
        multi.paused.removeAll { $0 == pointer }
        curl_easy_pause(pointer, CURLPAUSE_CONT)
    }

    var status: Int {
        var status = 0
        ccurl_get_long(pointer, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    /// How long the server says its answer is; nil where it does not.
    var contentLength: Int? {
        var length: Int64 = -1
        ccurl_get_large(pointer, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length)
        return length >= 0 ? Int(length) : nil
    }

    /// Milliseconds that the server asks to wait; nil where it does not say.
    var retryAfter: Int? {
        var seconds: Int64 = 0
        ccurl_get_large(pointer, CURLINFO_RETRY_AFTER, &seconds)
        return seconds > 0 ? Int(min(seconds, 1_000_000)) * 1000 : nil
    }

    /// Whether a connection was there when the transfer ended: then the request may have been sent.
    var wasConnected: Bool {
        var microseconds: Int64 = 0
        ccurl_get_large(pointer, CURLINFO_PRETRANSFER_TIME_T, &microseconds)
        return microseconds > 0
    }

    /// What libcurl says of a failure.
    func reason(_ code: CURLcode) -> String {
        let detail = String(cString: message)
        return detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
    }

    private static let write: ccurl_write_callback = { data, size, count, userData in
        guard let data, let userData else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(userData).takeUnretainedValue()
        switch transfer.take(UnsafeRawBufferPointer(start: data, count: size * count)) {
        case .taken: return size * count
        case .later: return Int(CURL_WRITEFUNC_PAUSE)
        case .refused: return 0
        }
    }
}
