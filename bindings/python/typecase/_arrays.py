"""Arrays that the library owns, as numpy arrays where numpy is there and as memoryviews where it is not. Nothing is copied:
the array keeps the handle alive."""

import array
import ctypes

try:
    import numpy
except ImportError:  # pragma: no cover - which branch runs depends on the environment
    numpy = None

_FORMATS = {ctypes.c_uint32: "I", ctypes.c_int32: "i", ctypes.c_float: "f", ctypes.c_uint8: "B", ctypes.c_size_t: "N"}
_EMPTY = {"I": "uint32", "i": "int32", "f": "float32", "B": "uint8", "N": "uint64"}

_NOTHING = ctypes.c_uint32()


def view(pointer, ctype, count, owner, shape=None):
    """`count` elements at `pointer`, read-only. `owner` is what the memory belongs to."""
    code = _FORMATS[ctype]
    if not pointer or not count:
        buffer = (ctype * 0)()
    else:
        buffer = (ctype * count).from_address(pointer)
    buffer._owner = owner
    if numpy is not None:
        result = numpy.frombuffer(buffer, dtype=_EMPTY[code]) if count else numpy.zeros(0, _EMPTY[code])
        result.flags.writeable = False
        return result if shape is None else result.reshape(shape)
    memory = memoryview(buffer).cast("B")
    if shape is not None and count:
        return memory.cast(code, shape=shape).toreadonly()
    return memory.cast(code).toreadonly()


def copied(pointer, ctype, count):
    """`count` elements at a pointer that will not stay: a copy."""
    if numpy is not None:
        return numpy.ctypeslib.as_array(pointer, (count,)).copy() if count else numpy.zeros(0, _EMPTY[_FORMATS[ctype]])
    return memoryview(array.array(_FORMATS[ctype], pointer[:count])).toreadonly()


def ids_argument(ids):
    """Ids from a caller as something with an address and a count: (argument, count, keep-alive).

    Arrays of 32 bits without a sign are taken where they are; what else there is, is copied.
    """
    if isinstance(ids, array.array) and ids.typecode == "I" and ids.itemsize == 4 and ids:
        return ctypes.cast(ids.buffer_info()[0], ctypes.POINTER(ctypes.c_uint32)), len(ids), ids
    if numpy is not None and isinstance(ids, numpy.ndarray):
        if ids.size and ids.dtype != numpy.uint32 and (ids.min() < 0 or ids.max() > 0xFFFFFFFF):
            raise ValueError("token ids must be 0 or more, and fit in 32 bits")
        flat = numpy.ascontiguousarray(ids, dtype=numpy.uint32).ravel()
        return flat.ctypes.data_as(ctypes.POINTER(ctypes.c_uint32)), flat.size, flat
    try:
        flat = array.array("I", ids)
    except OverflowError:
        raise ValueError("token ids must be 0 or more, and fit in 32 bits") from None
    # An empty array has no address, and NULL would mean that there are no ids at all.
    address, count = flat.buffer_info() if flat else (ctypes.addressof(_NOTHING), 0)
    return ctypes.cast(address, ctypes.POINTER(ctypes.c_uint32)), count, flat


def joined(*parts):
    """Ids one after the other: uint32, a copy."""
    if numpy is not None:
        return numpy.concatenate([numpy.asarray(part, dtype=numpy.uint32) for part in parts])
    whole = array.array("I")
    for part in parts:
        whole.extend(part)
    return memoryview(whole).toreadonly()
