import CTypecase

/// What a failed call says: a status for programs and words for people. Errors of the rooms below are data; they become
/// text in the Failure+….swift files and nowhere else.
struct Failure: Error {
    var status: typecase_status
    var message: String
    var line = 0
    var column = 0
    /// nil where there is none.
    var offset: Int?
    var field = ""
    var httpStatus = 0
    var sourceMessage: [UInt8] = []
    /// For errors of templates the class of exception in the reference.
    var kind = ""

    init(_ status: typecase_status, _ message: String, field: String = "") {
        self.status = status
        self.message = message
        self.field = field
    }

    static func argument(_ message: String) -> Failure { Failure(TYPECASE_ERR_ARGUMENT, message) }
}

/// A failure at the other side of the interface.
final class ErrorHandle: Sendable {
    let status: typecase_status
    let message: TextHandle
    let line: Int
    let column: Int
    let offset: Int?
    let field: TextHandle
    let httpStatus: Int
    let sourceMessage: TextHandle
    let kind: TextHandle

    init(_ failure: Failure) {
        status = failure.status
        message = TextHandle(failure.message.utf8)
        line = failure.line
        column = failure.column
        offset = failure.offset
        field = TextHandle(failure.field.utf8)
        httpStatus = failure.httpStatus
        sourceMessage = TextHandle(failure.sourceMessage)
        kind = TextHandle(failure.kind.utf8)
    }
}

/// Runs a call's work and hands over its result: the one place where errors become statuses.
func handOver(_ out: OutHandle?, _ outError: OutHandle?, _ work: () throws -> some AnyObject) -> typecase_status {
    answer(outError) {
        guard let out else { throw Failure.argument("the output pointer is NULL") }
        out.pointee = Handle.make(try work())
    }
}

/// As `handOver`, for calls whose result is not a handle.
func answer(_ outError: OutHandle?, _ work: () throws -> Void) -> typecase_status {
    do {
        try work()
        return TYPECASE_OK
    } catch {
        let failure = Failure(describing: error)
        outError?.pointee = Handle.make(ErrorHandle(failure))
        return failure.status
    }
}
