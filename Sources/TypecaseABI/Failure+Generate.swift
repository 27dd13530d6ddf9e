import CTypecase
import Client
import Engines
import Generation
import JSON

extension Failure {
    init(_ error: GenerationError) {
        switch error {
        case .field(let error): self.init(error)
        case .json(let error): self.init(error, document: "request")
        case .chat(let error): self.init(error)
        case .client(let error): self.init(error)
        case .engine(let error): self.init(error)
        case .vocabulary(let path, let id, let limit): self.init(outside: path, id: id, limit: limit)
        case .window(let length, let limit, let source):
            let what =
                switch source {
                case .server: "the server's window leaves room for \(limit)"
                case .request: "max_prompt_len is \(limit)"
                }
            self.init(TYPECASE_ERR_WINDOW, "the prompt has \(length) tokens, and \(what); nothing was sent")
        }
    }

    init(_ error: ClientError) {
        switch error {
        case .network(let url, let reason, let received):
            let got = received > 0 ? " after \(received) bytes of the answer" : ""
            self.init(TYPECASE_ERR_NETWORK, "\(url): \(reason)\(got)")
        case .timeout(let url, let wait, let milliseconds, let received):
            let got = received > 0 ? "\(received) bytes of the answer had come" : "no byte of an answer had come"
            let what =
                switch wait {
                case .connection: "no connection"
                case .firstByte: "no byte of an answer"
                case .nextByte: "no further byte of the answer"
                case .completeAnswer: "no complete answer"
                }
            self.init(TYPECASE_ERR_TIMEOUT, "\(url): \(what) within \(milliseconds) ms; \(got)")
        case .answerTooLarge(let url, let limit):
            self.init(
                TYPECASE_ERR_LIMIT, "\(url): the answer is larger than \(limit) bytes, the client's max_response_bytes")
        case .cancelled:
            self.init(TYPECASE_ERR_CANCELLED, "the request was cancelled, or its client freed, before it was done")
        case .noLoop:
            self.init(TYPECASE_ERR_LIMIT, "the system has no thread, descriptor or memory left for the client")
        case .forked:
            self.init(
                TYPECASE_ERR_FORKED,
                "this client was made before fork(), in the parent process: make one in this process")
        }
    }

    init(_ error: EngineError) {
        switch error {
        case .refused(let refusal, let status, let message):
            self.init(refusal.status, "the engine answered HTTP \(status): \(Failure.words(message))\(refusal.advice)")
            httpStatus = status
            sourceMessage = message
        case .overlong(let status, let message):
            self.init(TYPECASE_ERR_WINDOW, "the engine found the prompt too long: \(Failure.words(message))")
            httpStatus = status
            sourceMessage = message
        case .notJSON(let error, let status, let excerpt):
            self.init(
                TYPECASE_ERR_PROTOCOL,
                "the engine's answer is not JSON: \(error.message) (line \(error.line), column \(error.column)); it begins with \(Failure.words(excerpt.prefix(120)))"
            )
            line = error.line
            column = error.column
            httpStatus = status
            sourceMessage = excerpt
        case .tooLarge(let limit):
            self.init(
                TYPECASE_ERR_LIMIT,
                "an event of the stream is larger than \(limit) bytes, the client's max_response_bytes")
        case .host(let message):
            self.init(TYPECASE_ERR_PROTOCOL, "the host's wire format: \(Failure.words(message))")
        case .malformed(let error, let status):
            self.init(error)
            self.status = TYPECASE_ERR_PROTOCOL
            message = "the engine's answer: " + message
            httpStatus = status
        }
    }

    private static func words(_ message: some Collection<UInt8>) -> String {
        message.isEmpty ? "(nothing)" : String(decoding: message, as: UTF8.self)
    }
}

extension EngineError.Refusal {
    var status: typecase_status {
        switch self {
        case .denied: TYPECASE_ERR_DENIED
        case .notFound: TYPECASE_ERR_NOT_FOUND
        case .busy: TYPECASE_ERR_BUSY
        case .rejected: TYPECASE_ERR_REJECTED
        case .failed: TYPECASE_ERR_SERVER
        case .unexpected: TYPECASE_ERR_PROTOCOL
        }
    }

    /// What the status alone does not tell.
    var advice: String {
        switch self {
        case .unexpected: " (redirects are not followed: give the server's own address)"
        default: ""
        }
    }
}
