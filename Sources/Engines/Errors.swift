import Bytes
import JSON

/// Reading error bodies. Both engines, their front ends and routers have a dozen shapes between them; one rule reads all.
enum Errors {
    /// What both engines say of a prompt that is too long, in all their versions and endpoints.
    private static let overlong = [
        "maximum context length", "longer than the maximum model length", "exceeds model's maximum",
        "longer than the model's context length", "maximum allowed length",
    ].map { Array($0.utf8) }

    /// The error for an answer with an HTTP status other than 200.
    static func error(_ response: HTTPResponse) -> EngineError {
        let text = message(response.body)
        if response.status == 400, isOverlong(text) { return .overlong(status: response.status, message: text) }
        return .refused(refusal(response.status), status: response.status, message: text)
    }

    static func isOverlong(_ message: [UInt8]) -> Bool {
        overlong.contains { ByteSearch.contains(message, $0) }
    }

    static func refusal(_ status: Int) -> EngineError.Refusal {
        switch status {
        case 401, 403: .denied
        case 404: .notFound
        case 429, 503: .busy
        case 400..<500: .rejected
        case 500...: .failed
        default: .unexpected
        }
    }

    /// error.message if error is an object, else error if it is a string, else message, else detail, else the text itself.
    static func message(_ body: [UInt8]) -> [UInt8] {
        guard let value = try? JSONParser.parse(body), let object = value.object else { return excerpt(body) }
        if let error = object["error"] {
            if let text = error.stringBytes { return text }
            if let text = error["message"]?.stringBytes { return text }
        }
        if let text = object["message"]?.stringBytes { return text }
        if let detail = object["detail"] { return detail.stringBytes ?? Dumps().bytes(detail) }
        return excerpt(body)
    }

    /// The beginning of a text that is not JSON, made valid UTF-8, for messages.
    static func excerpt(_ body: [UInt8]) -> [UInt8] {
        Array(String(decoding: body.prefix(500), as: UTF8.self).utf8)
    }

    /// The object that a 200 answer holds.
    static func object(
        _ response: HTTPResponse, keepsTop: Bool, _ seen: SeenSkeletons?
    ) throws(EngineError) -> Reply {
        do {
            return try Reply(response.body, keepsTop: keepsTop, seen: seen)
        } catch {
            throw .notJSON(error, status: response.status, excerpt: excerpt(response.body))
        }
    }
}
