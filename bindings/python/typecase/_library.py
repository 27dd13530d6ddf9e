"""The shared library: found, checked, and wrapped so that a status becomes an exception in one place."""

import ctypes
import os
import pathlib
from typing import NoReturn

from . import _abi
from ._errors import BY_STATUS, TypecaseError

_NAME = "libtypecase.so.0"


def _candidates():
    """Where the library may be, in order: $TYPECASE_LIBRARY alone if set; beside this package; the build folder; the system."""
    named = os.environ.get("TYPECASE_LIBRARY")
    if named:
        return [named]
    here = pathlib.Path(__file__).resolve().parent
    return [str(here / _NAME), str(here.parents[2] / "build" / _NAME), _NAME]


def _load():
    tried = []
    for path in _candidates():
        try:
            library = ctypes.CDLL(path)
            break
        except OSError as error:
            tried.append(f"  {path}: {error}")
    else:
        raise ImportError("libtypecase was not found; tried\n" + "\n".join(tried) + "\nset TYPECASE_LIBRARY to its path")
    library.typecase_version.restype = ctypes.c_char_p
    loaded = library.typecase_version().decode()
    missing = [name for name in _abi.FUNCTIONS if not hasattr(library, name)]
    if loaded != _abi.VERSION or missing:
        lacks = f" and lacks {', '.join(missing)}" if missing else ""
        raise ImportError(f"this package is for libtypecase {_abi.VERSION}; {path} is {loaded}{lacks}")
    for name, (restype, argtypes) in _abi.FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = restype, argtypes
    return library


lib = _load()


def raw(pointer: int | None, length: int) -> bytes:
    return ctypes.string_at(pointer, length) if pointer and length else b""


try:
    _decode = ctypes.pythonapi.PyUnicode_DecodeUTF8
    _decode.argtypes, _decode.restype = (ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_char_p), ctypes.py_object
except AttributeError:  # pragma: no cover - an interpreter other than CPython
    _decode = None


def decoded(pointer: int | None, length: int) -> str:
    """Text as it stands in the library's memory: bytes of it in between cost more than all the rest of a large one."""
    if _decode is None or not pointer:
        return raw(pointer, length).decode()
    return _decode(pointer, length, None)


def text_getter(name: str, *arguments) -> str:
    """The text of a getter `const char *f(…, size_t *out_len)`."""
    length = ctypes.c_size_t()
    pointer = getattr(lib, name)(*arguments, ctypes.byref(length))
    return decoded(pointer, length.value)


def getter(name: str, *arguments) -> bytes:
    """The bytes of a getter `const char *f(…, size_t *out_len)`."""
    length = ctypes.c_size_t()
    pointer = getattr(lib, name)(*arguments, ctypes.byref(length))
    return raw(pointer, length.value)


def _exception(error: int) -> TypecaseError:
    status = lib.typecase_error_status(error)
    exception = BY_STATUS.get(status, TypecaseError)(getter("typecase_error_message", error).decode("utf-8", "replace"))
    exception.status = status
    exception.line = lib.typecase_error_line(error) or None
    exception.column = lib.typecase_error_column(error) or None
    offset = lib.typecase_error_offset(error)
    exception.offset = None if offset == ctypes.c_size_t(-1).value else offset
    exception.field = getter("typecase_error_field", error).decode("utf-8", "replace")
    exception.http_status = lib.typecase_error_http_status(error) or None
    exception.kind = getter("typecase_error_kind", error).decode()
    exception.source_message = getter("typecase_error_source_message", error).decode("utf-8", "replace")
    return exception


def check(function: str, *arguments) -> None:
    """Calls a function that returns a status and takes an error last."""
    error = ctypes.c_void_p()
    if getattr(lib, function)(*arguments, ctypes.byref(error)) != _abi.TYPECASE_OK:
        _fail(error)


def make(function: str, *arguments) -> int:
    """Calls a function that returns a status, and hands out a handle in front of the error."""
    # A call takes a place to write to out, and puts it back: two never share one, whatever the library calls meanwhile.
    try:
        outputs = _outputs.pop()
    except IndexError:
        handle, error = ctypes.c_void_p(), ctypes.c_void_p()
        outputs = handle, error, ctypes.addressof(handle), ctypes.addressof(error)
    handle, error, to_handle, to_error = outputs
    if getattr(lib, function)(*arguments, to_handle, to_error) != _abi.TYPECASE_OK:
        _fail(error)
    made = handle.value
    _outputs.append(outputs)
    return made


_outputs: list[tuple] = []


def _fail(error) -> NoReturn:
    try:
        raise _exception(error.value)
    finally:
        lib.typecase_error_free(error)


def take_text(function: str, *arguments) -> bytes:
    """The bytes of a text handle that a function makes."""
    return _taken(getter, function, arguments)


def take_string(function: str, *arguments) -> str:
    """The same, which are UTF-8, as a string."""
    return _taken(text_getter, function, arguments)


def _taken(get, function, arguments):
    handle = make(function, *arguments)
    try:
        return get("typecase_text_data", handle)
    finally:
        lib.typecase_text_free(handle)


class Handle:
    """A C handle, freed once when the last reference goes. Not copied and not pickled."""

    _free: str
    # What it works with, and what it has to free: a part of another's result has nothing to free.
    _handle: int | None = None
    _owned: int | None = None

    def __init_subclass__(cls):
        if hasattr(cls, "_free"):
            # A function of the library does not become a method. Found here: at the interpreter's end there is no module to look in.
            cls._release = getattr(lib, cls._free)

    def __init__(self, handle: int):
        self._handle = self._owned = handle

    def __del__(self):
        owned, self._owned, self._handle = self._owned, None, None
        if owned:
            self._release(owned)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        raise TypeError(f"a {type(self).__name__} belongs to its process and cannot be pickled")
