"""The exceptions: one class a status, each also the builtin it means."""

from . import _abi


class TypecaseError(Exception):
    """Base of all errors of the library.

    Attributes:
        status: the C status, as a number (``TYPECASE_ERR_…``).
        line, column: where in the input text the error is, from 1; None where there is no place.
        offset: the byte of the input the error is at, from 0; None where there is none.
        field: the member of the input ("messages[2].content") or the file that the error is in; "" where there is none.
        http_status: what the engine answered with; None where no answer came.
        kind: for errors of templates the class of exception in the reference: "UndefinedError", "TypeError"…; for
            NotExtendableError the reason; else "".
        source_message: the engine's own words, or the template's own raise_exception text, unchanged; "" where there are none.
    """

    status: int = 0
    line: int | None = None
    column: int | None = None
    offset: int | None = None
    field: str = ""
    http_status: int | None = None
    kind: str = ""
    source_message: str = ""


class ArgumentError(TypecaseError, ValueError):
    """A value that no correct program passes."""


class JSONError(TypecaseError, ValueError):
    """A text that must be JSON is not."""


class FieldError(TypecaseError, ValueError):
    """A value is missing, of the wrong type or out of range."""


class EncodingError(TypecaseError, ValueError):
    """A text that must be UTF-8 is not."""


class FileError(TypecaseError, OSError):
    """A file of a model is missing, unreadable or broken."""


class TemplateError(TypecaseError, ValueError):
    """A template has an error, or raised one."""


class UnsupportedError(TypecaseError, NotImplementedError):
    """Well formed, and something this version does not do."""


class VocabularyError(TypecaseError, ValueError):
    """A token id outside the vocabulary."""


class WindowError(TypecaseError, ValueError):
    """A prompt longer than the window."""


class LimitError(TypecaseError, ValueError):
    """A limit was reached."""


class NetworkError(TypecaseError, ConnectionError):
    """No connection, or it broke."""


class RequestTimeoutError(TypecaseError, TimeoutError):
    """The time allowed for the call ran out."""


class ProtocolError(TypecaseError, ConnectionError):
    """The engine's answer makes no sense."""


class DeniedError(TypecaseError, PermissionError):
    """HTTP 401 or 403."""


class NotFoundError(TypecaseError, LookupError):
    """HTTP 404: no such model or endpoint."""


class BusyError(TypecaseError, ConnectionError):
    """HTTP 429 or 503: try again later or elsewhere."""


class RejectedError(TypecaseError, ValueError):
    """Another HTTP 4xx: the engine refuses this request."""


class ServerError(TypecaseError, RuntimeError):
    """The engine failed."""


class ForkedError(TypecaseError, RuntimeError):
    """A client made before fork() is used in the child."""


class NotExtendableError(TypecaseError, ValueError):
    """A conversation that cannot go on from the ids it has: ``kind`` says why."""


class RequestCancelledError(TypecaseError, RuntimeError):
    """The request was cancelled, or its client freed, before it was done."""


BY_STATUS: dict[int, type[TypecaseError]] = {
    _abi.TYPECASE_ERR_ARGUMENT: ArgumentError,
    _abi.TYPECASE_ERR_JSON: JSONError,
    _abi.TYPECASE_ERR_FIELD: FieldError,
    _abi.TYPECASE_ERR_UTF8: EncodingError,
    _abi.TYPECASE_ERR_FILE: FileError,
    _abi.TYPECASE_ERR_TEMPLATE: TemplateError,
    _abi.TYPECASE_ERR_UNSUPPORTED: UnsupportedError,
    _abi.TYPECASE_ERR_VOCABULARY: VocabularyError,
    _abi.TYPECASE_ERR_WINDOW: WindowError,
    _abi.TYPECASE_ERR_LIMIT: LimitError,
    _abi.TYPECASE_ERR_NETWORK: NetworkError,
    _abi.TYPECASE_ERR_TIMEOUT: RequestTimeoutError,
    _abi.TYPECASE_ERR_PROTOCOL: ProtocolError,
    _abi.TYPECASE_ERR_DENIED: DeniedError,
    _abi.TYPECASE_ERR_NOT_FOUND: NotFoundError,
    _abi.TYPECASE_ERR_BUSY: BusyError,
    _abi.TYPECASE_ERR_REJECTED: RejectedError,
    _abi.TYPECASE_ERR_SERVER: ServerError,
    _abi.TYPECASE_ERR_FORKED: ForkedError,
    _abi.TYPECASE_ERR_NOT_EXTENDABLE: NotExtendableError,
    _abi.TYPECASE_ERR_CANCELLED: RequestCancelledError,
}
