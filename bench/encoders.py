"""What encodes: typecase and its peers. As a program: one of them alone, with the two halves of a text; prints the times.

Usage: encoders.py name vocabulary tokenizer.json first second. In a process of its own none finds the memory as another left it, nor as it left
it itself: what is cold is what a program meets that has just loaded a tokenizer.
"""

import ctypes
import hashlib
import json
import pathlib
import sys
import threading

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / path) for path in ("bindings/python", "Tests")]

import numpy  # noqa: E402

from measure import SIZE, cpu, one_processor  # noqa: E402

WARM_UP = "a"


class Ours:
    """typecase at the C interface."""

    def __init__(self, path):
        import typecase
        from typecase import _abi
        from typecase._library import lib

        self.call = lib.typecase_tokenizer_encode_into
        self.tokenizer = typecase.Tokenizer(path)
        self.room = threading.local()
        # As the peers, which know of no beginning of text.
        options = _abi.typecase_encode_options(ctypes.sizeof(_abi.typecase_encode_options), _abi.TYPECASE_ENCODE_NO_SPECIAL_TOKENS, 0)
        self.options = ctypes.pointer(options)

    def encode(self, data):
        """The number of ids, which are in the thread's memory."""
        room = self.room
        if getattr(room, "size", 0) < len(data) + 16:
            room.size = max(len(data), 2 * SIZE) + 16
            # Ones, not zeros, which would not be there before they are written to.
            room.ids, room.count = numpy.ones(room.size, numpy.uint32), ctypes.c_size_t()
        address = room.ids.ctypes.data_as(ctypes.POINTER(ctypes.c_uint32))
        status = self.call(self.tokenizer._handle, data, len(data), self.options, address, room.size, ctypes.byref(room.count), None)
        if status != 0:
            raise SystemExit(f"typecase_tokenizer_encode_into: {status}")
        return room.count.value


def ours(path, vocabulary):
    tokenizer = Ours(path)
    # What it returns is a number, which says nothing of the ids: they are asked for behind it.
    return tokenizer.encode, lambda count: tokenizer.room.ids[:count], bytes


def gigatoken(path, vocabulary):
    import gigatoken

    return gigatoken.Tokenizer(str(path)).encode, lambda result: result, bytes


def fastokens(path, vocabulary):
    import fastokens

    return fastokens.Tokenizer.from_file(str(path)).encode, lambda result: getattr(result, "ids", result), str


def tiktoken(path, vocabulary):
    """From a file whose ids are ranks."""
    import tiktoken
    from conformance import pypi

    file = json.loads(pathlib.Path(path).read_bytes())
    bytes_of = {letter: byte for byte, letter in pypi._byte_alphabet().items()}
    tokens = {bytes(bytes_of[letter] for letter in token): rank for token, rank in file["model"]["vocab"].items()}
    pattern = file["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"]
    encoding = tiktoken.Encoding(vocabulary, special_tokens={}, pat_str=pattern, mergeable_ranks=tokens)
    return encoding.encode_ordinary, lambda result: result, str


def tokenizers(path, vocabulary):
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(path))
    return lambda text: tokenizer.encode(text, add_special_tokens=False), lambda result: result.ids, str


# Each makes an encoder of text, a function from what that returns to ids, and the type it takes.
ENCODERS = {"typecase": ours, "gigatoken": gigatoken, "fastokens": fastokens, "tiktoken": tiktoken, "tokenizers": tokenizers}
# Slower by far: one round says enough.
SLOW = ("tiktoken", "tokenizers")


def digest(ids):
    return hashlib.sha256(numpy.asarray(ids, numpy.uint32).tobytes()).hexdigest()


def times(name, vocabulary, path, *halves):
    """The seconds of cold, fresh and warm, and what the first half's ids come to."""
    encode, listed, takes = ENCODERS[name](path, vocabulary)
    warm_up, first, second = (data.decode() if takes is str else data for data in (WARM_UP.encode(), *(pathlib.Path(half).read_bytes() for half in halves)))
    encode(warm_up)
    seconds = cpu(lambda: encode(first), 1), cpu(lambda: encode(second), 1), cpu(lambda: encode(second), 1 if name in SLOW else 4)
    return {"seconds": seconds, "ids": digest(listed(encode(first)))}


if __name__ == "__main__":
    with one_processor():
        print(json.dumps(times(*sys.argv[1:])))
