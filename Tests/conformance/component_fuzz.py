"""A differential fuzzer of tokenizer components: random tokenizer.json files made of every kind of normalizer, pre-tokenizer, model,
post-processor and decoder, against the `tokenizers` library.

`python -m conformance.component_fuzz --seed N --count FILES` from Tests/ runs it at length; the tests run a short piece of it.
"""

import argparse
import pathlib
import random
import sys

import typecase

from conformance.comparison import Comparison, decode_both, encode_both, stream_both, whole_both
from conformance.tokenizer_fuzz import BEHAVIORS, GENERAL, LETTERS, load_reference, random_file, random_normalizer, random_steps, random_text

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Sources" / "CUnicode"))
from generate_traits import charsmap  # noqa: E402

ALPHABET = list("abcdeAB 1.,'!\n") + list("éß字龥か가▁ñ") + ["\u0301", "e\u0301", "😀", "\u00a0", "\r", "\u200d", "©", "\u0600", "क", "\u094d", "\u0130"]
REPLACED = ["a", "é", "e\u0301", "字", "\r", " ", "©", "क", "ñ", "\u00a0", "\u0301", "ß", "\u200d", "\u0600", "😀", "ab", "가"]
FLAGS = (True, False)


def flag(chance):
    return chance.choice(FLAGS)


def normalizer(chance):
    def one():
        return chance.choice([
            lambda: {"type": "BertNormalizer", "clean_text": flag(chance), "handle_chinese_chars": flag(chance),
                     "strip_accents": chance.choice([None, True, False]), "lowercase": flag(chance)},
            lambda: {"type": "Nmt"}, lambda: {"type": "StripAccents"}, lambda: {"type": "ByteLevel"},
            lambda: {"type": "Precompiled", "precompiled_charsmap": charsmap({
                text.encode(): chance.choice(["", "x", "xyz", " ", "é"]).encode()
                for text in chance.sample(REPLACED, chance.randrange(1, 8))})},
            lambda: {"type": "Replace", "pattern": {"Regex": chance.choice(GENERAL)}, "content": chance.choice(["", " ", "▁", "xyz"])},
            lambda: random_normalizer(chance) or {"type": "Lowercase"}])()
    kind = chance.random()
    if kind < 0.3:
        return None
    return one() if kind < 0.7 else {"type": "Sequence", "normalizers": [one() for _ in range(chance.randrange(4))]}


def pre_tokenizer(chance):
    def one():
        return chance.choice([
            lambda: {"type": "BertPreTokenizer"}, lambda: {"type": "Whitespace"}, lambda: {"type": "WhitespaceSplit"},
            lambda: {"type": "CharDelimiterSplit", "delimiter": chance.choice("a 字'")},
            lambda: {"type": "Metaspace", "replacement": chance.choice("▁▁▁_é"), "split": flag(chance),
                     "prepend_scheme": chance.choice(["always", "never", "first"])},
            lambda: {"type": "Metaspace", "replacement": "▁", "split": True, "prepend_scheme": "first"},
            lambda: {"type": "Punctuation", "behavior": chance.choice(BEHAVIORS)},
            lambda: {"type": "Digits", "individual_digits": flag(chance)}, lambda: {"type": "UnicodeScripts"},
            lambda: {"type": "FixedLength", "length": chance.choice([1, 2, 5])},
            lambda: {"type": "ByteLevel", "add_prefix_space": flag(chance), "trim_offsets": True, "use_regex": flag(chance)},
            lambda: random_steps(chance, False) or {"type": "Whitespace"}])()
    kind = chance.random()
    if kind < 0.15:
        return None
    return one() if kind < 0.6 else {"type": "Sequence", "pretokenizers": [one() for _ in range(chance.randrange(1, 4))]}


def words(chance, count):
    common = ["a", "b", "ab", "c", "d", "e", "abc", "▁", "▁a", "é", "1", "字", ".", "'"]
    found = dict.fromkeys(chance.sample(common, chance.randrange(3, len(common))))
    for _ in range(count):
        found["".join(chance.choice(ALPHABET) for _ in range(chance.randrange(1, 5)))] = None
    return list(found)


def affixed_bpe(chance):
    prefix, suffix = chance.choice([(None, "</w>"), ("##", None), ("##", "</w>"), ("é", ""), (None, "é")])
    start, end = prefix or "", suffix or ""
    letters = chance.sample(list("abcdeé字1."), 6)
    if chance.random() < 0.3:
        letters += [LETTERS[b] for b in range(256)]
    vocabulary = list(dict.fromkeys([p + c + s for c in letters for p in ("", start) for s in ("", end) if chance.random() < 0.9]))
    merges = []
    for _ in range(60):
        left, right = chance.choice(vocabulary), chance.choice(vocabulary)
        if not right.startswith(start) or (end and left.endswith(end)):
            continue
        merged = left + right[len(start):]
        if len(merged) > 20:
            continue
        if merged not in vocabulary:
            vocabulary.append(merged)
        merges.append([left, right])
    if chance.random() < 0.3:
        vocabulary += [f"<0x{b:02X}>" for b in range(256)]
    unknown = None
    if chance.random() < 0.6:
        unknown = "<unk>"
        vocabulary.append(unknown)
    return {"type": "BPE", "dropout": chance.choice([None, 0.0]), "unk_token": unknown, "continuing_subword_prefix": prefix,
            "end_of_word_suffix": suffix, "fuse_unk": flag(chance), "byte_fallback": flag(chance), "ignore_merges": flag(chance),
            "vocab": {t: i for i, t in enumerate(vocabulary)}, "merges": merges}


def model(chance, given):
    kind = chance.random()
    if kind < 0.3:
        tokens = [["<unk>", 0.0]] + [[w, round(-chance.random() * 10, chance.choice([1, 5]))] for w in words(chance, 30)]
        fallback = chance.random() < 0.4
        if fallback:
            tokens += [[f"<0x{b:02X}>", -20.0] for b in range(256) if chance.random() < 0.999]
        if chance.random() < 0.2:
            tokens += chance.sample(tokens, 3)
        return {"type": "Unigram", "unk_id": chance.choice([0, 0, 0, None, 2]), "vocab": tokens, "byte_fallback": fallback}
    if kind < 0.55:
        prefix = chance.choice(["##", "##", "", "é"])
        tokens = words(chance, 20)
        tokens += [prefix + w for w in words(chance, 20)] + (["[UNK]"] if chance.random() < 0.9 else [])
        tokens = list(dict.fromkeys(tokens))
        return {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": prefix,
                "max_input_chars_per_word": chance.choice([100, 100, 4, 0]), "vocab": {t: i for i, t in enumerate(tokens)}}
    if kind < 0.65:
        tokens = words(chance, 20) + (["[UNK]"] if chance.random() < 0.9 else [])
        return {"type": "WordLevel", "unk_token": "[UNK]", "vocab": {t: i for i, t in enumerate(dict.fromkeys(tokens))}}
    return affixed_bpe(chance) if kind < 0.85 else given


def processor(chance):
    def template():
        cls = {"SpecialToken": {"id": "<s>", "type_id": chance.randrange(3)}}
        end = {"SpecialToken": {"id": "E", "type_id": chance.randrange(3)}}
        a, b = ({"Sequence": {"id": name, "type_id": chance.randrange(3)}} for name in "AB")
        return {"type": "TemplateProcessing", "single": chance.choice([[cls, a, end], [a], [a, end, cls], [cls, a]]),
                "pair": chance.choice([[cls, a, end, b, end], [a, b], [b, cls, a], [cls, a, cls, b], [a, b, a]]),
                "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]},
                                   "E": {"id": "E", "ids": [2, 3], "tokens": ["x", "y"]}}}
    trim = {"type": "ByteLevel", "add_prefix_space": flag(chance), "trim_offsets": flag(chance), "use_regex": True}
    bert = {"type": "BertProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1]}
    roberta = {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1], "trim_offsets": flag(chance),
               "add_prefix_space": flag(chance)}
    kind = chance.random()
    if kind < 0.2:
        return None
    one = lambda: chance.choice([template(), trim, bert, roberta])
    if kind < 0.7:
        return one()
    return {"type": "Sequence", "processors": chance.choice([[trim, template()], [template(), trim], [bert, trim], [roberta, trim],
                                                             [bert, bert], [bert, template()], [trim, roberta, bert]])}


def decoder(chance):
    pool = [
        lambda: {"type": "WordPiece", "prefix": chance.choice(["##", "", "a"]), "cleanup": flag(chance)},
        lambda: {"type": "Metaspace", "replacement": chance.choice("▁a"), "split": True, "prepend_scheme": chance.choice(["always", "never", "first"])},
        lambda: {"type": "BPEDecoder", "suffix": chance.choice(["</w>", "a", "é"])},
        lambda: {"type": "CTC", "pad_token": chance.choice(["<pad>", "a"]), "word_delimiter_token": chance.choice(["|", "▁"]), "cleanup": flag(chance)},
        lambda: {"type": "ByteFallback"}, lambda: {"type": "Fuse"},
        lambda: {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        lambda: {"type": "Strip", "content": chance.choice([" ", "a"]), "start": chance.randrange(3), "stop": chance.randrange(3)},
        lambda: {"type": "Replace", "pattern": {"Regex": chance.choice(GENERAL)}, "content": chance.choice(["", " ", "xy"])},
        lambda: {"type": "Replace", "pattern": {"String": chance.choice(["▁", "a", "ab"])}, "content": chance.choice([" ", "", "xy"])}]
    kind = chance.random()
    if kind < 0.1:
        return None
    if kind < 0.6:
        return chance.choice(pool)()
    return {"type": "Sequence", "decoders": [chance.choice(pool)() for _ in range(chance.randrange(1, 4))]}


def truncation(chance):
    if chance.random() < 0.5:
        return None
    return {"max_length": chance.choice([0, 2, 3, 4, 5, 8, 20]), "strategy": chance.choice(["LongestFirst", "LongestFirst", "OnlyFirst", "OnlySecond"]),
            "stride": chance.choice([0, 0, 1]), "direction": chance.choice(["Left", "Right"])}


def padding(chance):
    if chance.random() < 0.5:
        return None
    return {"strategy": chance.choice(["BatchLongest", {"Fixed": chance.randrange(20)}]), "direction": chance.choice(["Left", "Right"]),
            "pad_to_multiple_of": chance.choice([None, 0, 4, 7]), "pad_id": 1, "pad_type_id": 3, "pad_token": "a"}


REFUSED = ("no place for a single", "may match nothing")


def compiled(text, path):
    """What typecase makes of a file that it has an image of: one large enough for that."""
    path.write_bytes(text.encode() + b" " * (1 << 18))
    typecase.Tokenizer(path)
    return typecase.Tokenizer(path)


def compare(seed, count, texts=20, path=None):
    """Compares `count` random files; returns the comparison and how many files the reference refused. With a path they are opened there,
    from images."""
    comparison, refused = Comparison(), 0
    for number in range(count):
        chance = random.Random(seed * 1_000_003 + number)
        file, contents, limit = random_file(chance)
        file.update(normalizer=normalizer(chance), model=model(chance, file["model"]), post_processor=processor(chance),
                    decoder=decoder(chance), truncation=truncation(chance), padding=padding(chance))
        if file["model"]["type"] != "BPE" or chance.random() < 0.7:
            file["pre_tokenizer"] = pre_tokenizer(chance)
        vocabulary = file["model"]["vocab"]
        tokens = list(vocabulary) if isinstance(vocabulary, dict) else [word for word, _ in vocabulary]
        contents += chance.sample(tokens, min(8, len(tokens)))
        limit = len(tokens) + len(file["added_tokens"]) + 12
        text, reference, why = load_reference(file)
        if reference is None:
            refused += why == "refused"
            continue
        shown = {key: value for key, value in file.items() if key not in ("version", "model")}
        context = f"seed {seed} file {number} {file['model']['type']} {shown}"
        try:
            ours = compiled(text, path) if path else typecase.Tokenizer(bytes=text.encode())
        except typecase.TypecaseError as error:
            if not any(known in str(error) for known in REFUSED):
                comparison.check("load", str(error), None, context)
            continue
        comparison.check("size", ours.vocab_size, reference.get_vocab_size(True), context)
        for _ in range(texts // 4):
            given = [random_text(chance, contents) for _ in range(chance.randrange(1, 4))]
            whole_both(ours, reference, comparison, given, None, context, flag(chance))
            whole_both(ours, reference, comparison, given, random_text(chance, contents), context, flag(chance))
        reference.no_truncation()
        reference.no_padding()
        for _ in range(texts):
            pieces = [chance.choice(ALPHABET) for _ in range(chance.randrange(12))]
            given = chance.choice([random_text(chance, contents), "".join(pieces)])
            encode_both(ours, reference, comparison, given, context, special=flag(chance), plain=chance.random() < 0.2)
        for _ in range(texts // 2):
            ids = [chance.randrange(limit) for _ in range(chance.randrange(1, 8))]
            decode_both(ours, reference, comparison, ids, context)
            stream_both(ours, comparison, ids, context)
    return comparison, refused


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300)
    options = parser.parse_args()
    comparison, refused = compare(options.seed, options.count)
    print(f"{options.count} files, {refused} refused by the reference\n{comparison.report()}")
    sys.exit(comparison.different > 0)


if __name__ == "__main__":
    main()
