"""Arrays that the library owns, as numpy arrays where numpy is there and as memoryviews where it is not. Nothing is copied:
the array keeps the handle alive."""

import array
import ctypes

try:
    import numpy
except ImportError:  # pragma: no cover - which branch runs depends on the environment
    numpy = None

_FORMATS = {ctypes.c_uint32: "I", ctypes.c_int32: "i", ctypes.c_float: "f", ctypes.c_uint8: "B", ctypes.c_size_t: "N"}
_SIZES = {ctype: ctypes.sizeof(ctype) for ctype in _FORMATS}
_DTYPES = {} if numpy is None else {ctype: numpy.dtype(ctype) for ctype in _FORMATS}

# An address for empty arrays: they have none, and NULL would mean that there are no ids at all.
_NOTHING = ctypes.c_uint32()
_NOWHERE = ctypes.addressof(_NOTHING)


class _Memory(ctypes.Array):
    """Memory of any length: a type for each length would have to be made every time."""

    _type_, _length_ = ctypes.c_char, 1 << 46
    __slots__ = ("_owner",)


def view(pointer, ctype, count, owner, shape=None):
    """`count` elements at `pointer`, read-only. `owner` is what the memory belongs to."""
    buffer = None
    if pointer and count:
        buffer = _Memory.from_address(pointer)
        buffer._owner = owner
    if numpy is not None:
        result = numpy.zeros(0, _DTYPES[ctype]) if buffer is None else numpy.frombuffer(buffer, _DTYPES[ctype], count)
        # Not writable.
        result.setflags(False)
        return result if shape is None else result.reshape(shape)
    if buffer is None:
        return memoryview(b"").cast(_FORMATS[ctype])
    memory = memoryview(buffer).cast("B")[: count * _SIZES[ctype]].toreadonly()
    return memory.cast(_FORMATS[ctype]) if shape is None else memory.cast(_FORMATS[ctype], shape=shape)


def copied(pointer, ctype, count):
    """`count` elements at a pointer that will not stay: a copy."""
    data = ctypes.string_at(pointer, count * _SIZES[ctype]) if count else b""
    if numpy is not None:
        return numpy.frombuffer(data, _DTYPES[ctype]) if data else numpy.zeros(0, _DTYPES[ctype])
    return memoryview(data).cast(_FORMATS[ctype])


def ids_argument(ids):
    """Ids from a caller as (address, count, keep-alive).

    Arrays of 32 bits without a sign are taken where they are; what else there is, is copied.
    """
    if isinstance(ids, array.array) and ids.typecode == "I" and ids.itemsize == 4 and ids:
        address, count = ids.buffer_info()
        return address, count, ids
    if numpy is not None and isinstance(ids, numpy.ndarray):
        if ids.size and ids.dtype != numpy.uint32 and (ids.min() < 0 or ids.max() > 0xFFFFFFFF):
            raise ValueError("token ids must be 0 or more, and fit in 32 bits")
        flat = numpy.ascontiguousarray(ids, dtype=numpy.uint32).ravel()
        return flat.ctypes.data if flat.size else _NOWHERE, flat.size, flat
    try:
        flat = array.array("I", ids)
    except OverflowError:
        raise ValueError("token ids must be 0 or more, and fit in 32 bits") from None
    return flat.buffer_info()[0] if flat else _NOWHERE, len(flat), flat


def prompts_argument(prompts):
    """Ids of a prompt, or of several as a sequence of them: (address, count, keep-alive, lengths of several or None)."""
    if isinstance(prompts, (list, tuple)) and prompts and hasattr(prompts[0], "__len__"):
        parts = [ids_argument(prompt)[2] for prompt in prompts]
        return *ids_argument(joined(*parts)), [len(part) for part in parts]
    return *ids_argument(prompts), None


def joined(*parts):
    """Ids one after the other: uint32, a copy."""
    if numpy is not None:
        return numpy.concatenate([numpy.asarray(part, dtype=numpy.uint32) for part in parts])
    whole = array.array("I")
    for part in parts:
        whole.extend(part)
    return memoryview(whole).toreadonly()
