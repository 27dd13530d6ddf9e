"""A differential fuzzer of tokenizers: small random tokenizer.json files and random texts, against the `tokenizers` library.

`python -m conformance.tokenizer_fuzz --seed N --count FILES` from Tests/ runs it at length; the tests run a short piece of it. The
same seed gives the same files and texts.
"""

import argparse
import json
import random
import sys

import typecase
from tokenizers import Tokenizer

from conformance.comparison import Comparison, decode_both, encode_both

INTERESTING = (
    [" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "\u2028", "\u0085", "\x0b", "\u200b", "\u200d", "\ufeff", "\x00", "\x7f"]
    + ["'", "'s", "'S", "'t", "'RE", "'Ve", "'m", "'ll", "'lL", "'d", "'\u017f", "\u2019s", "''", "\u212a"]
    + list("abcXYZ019.,!?-_/\\\"#$%&()[]{}<>|=+*~`^@:;")
    + list("éÉñßıİǅǈʰªºאمकｶカ字龥龦\u3400\U00020000가각힣ⅠⅷⒶⓐ①½²٣०𝟙〇")
    + ["\u0301", "\u0308", "\u0323", "\u0345", "\u05b4", "\u0903", "\u20dd", "\u0344", "\u1161", "\u11a8", "\u1100", "\u093c"]
    + ["e\u0301", "\u212b", "\u2126", "\u0958", "\u0374", "\u1fd3", "\ufb01", "\ufb4b", "\U0001d15e", "\u3099", "か\u3099"]
    + ["😀", "👩\u200d👩\u200d👧", "🇩🇪", "❤️", "€", "＄", "．", "，", "。", "—", "…", "«", "・", "\u30fb", "゠"]
    + ["\u0378", "\ue000", "\U0010ffff", "\U000e0001", "\U0001fae8", "\U00011f02", "\U00016ea0", "\u1c89", "\ua7dc"]
    + ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<think>", "</think>", "<s>", "</s>", "<|eot_id|>", "<|im_sta", "<bos>",
       "<|begin▁of▁sentence|>", "<｜User｜>", "<pad>", "[INST]", "<unk>", "<mask>", "▁", "▁▁", "Ġ", "Ċ", "<0x41>", "hello", " world",
       "HelloWorld", "123456", "1,234.5", "http://", "\r", "\n\n", "   \n  ", "don't"])

KNOWN = [
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
    "[一-龥\u3040-ゟ゠-ヿ]+", r"\p{N}{1,3}", r"\p{N}", r"\p{N}+",
]
# For the general engine: patterns that no scanner knows.
GENERAL = [
    r"\s+", r"\S+", r"[\r\n]", r"\d{1,3}(?=(?:\d{3}){0,5}(?!\d))", r"(?:ab|a|b)+?c?", r"[^\S\n]+", r" ?[^\s.,!?…。，、।۔،]+", r"[a-z]+?", r"a*", r"(?:a|ab)(?:c|bcd)*", r"x{2,4}", r"[a-c]{0,2}d",
    r"\p{Lu}\p{Ll}*|\p{L}+", r"(?i:'s|'t|[a-f]k)|\p{L}+|.", r"\p{N}{1,3}+", r"(?:\p{N}{2}){1,2}", r"\s+$", r"\S+$|\s", r"[^\p{L}]+",
    r"\P{L}+", r"[\P{N}]", r"\p{^L}", r"a??b", r"(?:[a-z]++|\d)+", r"[A-Z]?+[a-z]*+\d", r"\s*[\r\n]+|\s+(?!\S)|\s+|\S+", r"(?!a)[a-z]{2}",
    r"[-a]", r"[a\-z]", r"\.\s|\$|\{", r"(a|b)c", r"...", r"(?=ab)a", r"[^a-z]++(?=a)", r"<[^>]*>", r"[\s\p{P}]{2,}",
]
DELIMITERS = [" ", "a", "the", "▁", "'", "\n", "ab", "aa", "é"]
BEHAVIORS = ["Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous"]


def alphabet():
    keep = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    letters, extra = {b: chr(b) for b in keep}, 256
    for b in range(256):
        if b not in letters:
            letters[b] = chr(extra)
            extra += 1
    return letters


LETTERS = alphabet()


def random_text(chance, contents, longest=20):
    pieces = []
    pool = chance.choice([INTERESTING, list("abc  '"), list("aAbB 1\n'st"), ["a", "á", "e\u0301", " ", "q", "1"], INTERESTING])
    for _ in range(chance.randrange(1, longest)):
        pieces.append(chance.choice(contents) if contents and chance.random() < 0.15 else chance.choice(pool))
    return "".join(pieces)


def random_split(chance):
    kind = chance.random()
    if kind < 0.45:
        pattern = {"Regex": chance.choice(KNOWN)}
    elif kind < 0.85:
        pattern = {"Regex": chance.choice(GENERAL)}
    else:
        pattern = {"String": chance.choice(DELIMITERS)}
    behavior = chance.choice(BEHAVIORS) if chance.random() < 0.5 else "Isolated"
    return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": chance.random() < 0.15}


def random_steps(chance, is_byte_level):
    steps = []
    for _ in range(chance.choice([0, 1, 1, 1, 2, 3])):
        steps.append(chance.choice([
            random_split, random_split, random_split, random_split,
            lambda c: {"type": "Digits", "individual_digits": c.random() < 0.5},
            lambda c: {"type": "Punctuation", "behavior": c.choice(BEHAVIORS)},
            lambda c: {"type": "WhitespaceSplit"}, lambda c: {"type": "Whitespace"}])(chance))
    if is_byte_level:
        steps.append({"type": "ByteLevel", "add_prefix_space": chance.random() < 0.25, "trim_offsets": chance.random() < 0.5,
                      "use_regex": chance.random() < 0.4})
    if not steps:
        return None
    return steps[0] if len(steps) == 1 else {"type": "Sequence", "pretokenizers": steps}


def random_normalizer(chance):
    def one():
        return chance.choice([
            lambda: {"type": chance.choice(["NFC", "NFD", "NFKC", "NFKD"])}, lambda: {"type": "NFC"}, lambda: {"type": "Lowercase"},
            lambda: {"type": "Strip", "strip_left": chance.random() < 0.5, "strip_right": chance.random() < 0.5},
            lambda: {"type": "Prepend", "prepend": chance.choice(["▁", "x", " é"])},
            lambda: {"type": "Replace", "pattern": {"String": chance.choice([" ", "a", "ab", "é", "aa"])},
                     "content": chance.choice(["▁", "", "xyz", "b", "é"])}])()
    kind = chance.random()
    if kind < 0.4:
        return None
    return one() if kind < 0.8 else {"type": "Sequence", "normalizers": [one() for _ in range(chance.randrange(4))]}


def random_file(chance):
    is_byte_level = chance.random() < 0.75
    vocabulary, merges = {}, []
    missing = set(chance.sample(range(256), 12)) if chance.random() < 0.2 else set()
    if is_byte_level:
        symbols = [LETTERS[b] for b in range(256) if b not in missing]
    else:
        symbols = [chr(c) for c in range(32, 127)] + list("▁éáßÄ字龥か가\u0301😀x")
        if missing:
            symbols = symbols[::2]
    tokens = list(dict.fromkeys(symbols))
    chance.shuffle(tokens)
    fallback = chance.random() < (0.5 if not is_byte_level else 0.1)
    if fallback:
        tokens += [f"<0x{b:02X}>" for b in range(256)]
    unknown = None
    if chance.random() < 0.4:
        unknown = "<unk>"
        tokens.append(unknown)
    texts = [random_text(chance, []) for _ in range(30)]
    known = set(tokens)
    common = [c for c in "aabbcc  '' stAB1\n" if True]
    for _ in range(chance.choice([0, 20, 150, 400])):
        # Merges of what stands side by side somewhere, so that they are used.
        if chance.random() < 0.5:
            source = chance.choice(texts) or "a"
            at = chance.randrange(len(source))
            word = source[at:at + chance.randrange(2, 7)]
        else:
            word = "".join(chance.choice(common) for _ in range(chance.randrange(2, 6)))
        text = "".join(LETTERS[b] for b in word.encode()) if is_byte_level else word.replace(" ", "▁")
        cuts = [k for k in range(1, len(text)) if text[:k] in known and text[k:] in known]
        if not cuts:
            if len(text) >= 2 and text[0] in known and text[1] in known:
                text, cuts = text[:2], [1]
            else:
                continue
        for cut in chance.sample(cuts, min(len(cuts), chance.choice([1, 1, 2]))):
            merges.append([text[:cut], text[cut:]])
        if text not in known:
            known.add(text)
            tokens.append(text)
    if chance.random() < 0.3:
        chance.shuffle(merges)
    if chance.random() < 0.2 and is_byte_level:
        for word in ("abc", "Ġab", "stst", "▁x", "a b"):
            if word not in known:
                known.add(word)
                tokens.append(word)
    ids = list(range(len(tokens)))
    if chance.random() < 0.3:
        chance.shuffle(ids)
    if chance.random() < 0.3:
        ids = [i + (chance.randrange(1, 5) if i > len(tokens) // 2 and False else 0) for i in ids]
        ids = [i if i < len(tokens) - 5 else i + 7 for i in ids]
    vocabulary = dict(zip(tokens, ids))
    added, contents = [], []
    for _ in range(chance.choice([0, 0, 1, 3, 6])):
        content = chance.choice(["<s>", "</s>", "<|x|>", "<|x|>y", "ab", "AB", "é", "e\u0301", " q", "q ", "<mask>", "the", "<", "a b", "aa",
                                 "aaa", "Ab", "\u212b", "字", "Ġ", "  ", "<unk>", "1", "ſ", "ﬁ"])
        if content in contents and chance.random() < 0.7:
            continue
        contents.append(content)
        added.append({"id": len(tokens) + len(added) + chance.choice([0, 0, 3]), "content": content,
                      "single_word": chance.random() < 0.2, "lstrip": chance.random() < 0.2, "rstrip": chance.random() < 0.2,
                      "normalized": chance.random() < 0.4, "special": chance.random() < 0.5})
    processors = []
    if chance.random() < 0.5:
        processors.append({"type": "ByteLevel", "add_prefix_space": chance.random() < 0.4, "trim_offsets": chance.random() < 0.7,
                           "use_regex": chance.random() < 0.5})
    kind = chance.random()
    if kind < 0.3:
        one = {"SpecialToken": {"id": "<s>", "type_id": 0}}
        two = {"SpecialToken": {"id": "E", "type_id": 0}}
        text = {"Sequence": {"id": "A", "type_id": 0}}
        single = chance.choice([[one, text], [one, text, two], [text, two, two], [one, one, text], [text]])
        processors.insert(chance.randrange(len(processors) + 1), {
            "type": "TemplateProcessing", "single": single, "pair": [text, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]},
                               "E": {"id": "E", "ids": [2, 3], "tokens": ["x", "y"]}}})
    elif kind < 0.4:
        processors = [{"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1], "trim_offsets": chance.random() < 0.5,
                       "add_prefix_space": chance.random() < 0.5}]
    elif kind < 0.45:
        processors = [{"type": "BertProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1]}]
    processor = None if not processors else processors[0] if len(processors) == 1 else {"type": "Sequence", "processors": processors}
    if is_byte_level and chance.random() < 0.8:
        decoder = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    else:
        pool = [{"type": "Replace", "pattern": {"String": chance.choice(["▁", "a", "ab"])}, "content": chance.choice([" ", "", "xy"])},
                {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
                {"type": "Strip", "content": chance.choice([" ", "a"]), "start": chance.randrange(3), "stop": chance.randrange(3)}]
        chosen = [d for d in pool if chance.random() < 0.5]
        decoder = None if chance.random() < 0.2 or not chosen else {"type": "Sequence", "decoders": chosen}
    file = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": random_normalizer(chance),
        "pre_tokenizer": random_steps(chance, is_byte_level), "post_processor": processor, "decoder": decoder,
        "model": {"type": "BPE", "dropout": None, "unk_token": unknown, "continuing_subword_prefix": None, "end_of_word_suffix": None,
                  "fuse_unk": chance.random() < 0.5, "byte_fallback": fallback, "ignore_merges": chance.random() < 0.3,
                  "vocab": vocabulary,
                  "merges": merges if chance.random() < 0.5 or any(" " in p for m in merges for p in m) else [" ".join(m) for m in merges]}}
    return file, contents, max(ids) + len(added) + 3


def load_reference(file):
    """(text, tokenizer, why): the file's text, and the reference's tokenizer, or None and "refused" or "ambiguous"."""
    text = json.dumps(file, ensure_ascii=False)
    try:
        reference = Tokenizer.from_str(text)
    except BaseException as error:  # noqa: BLE001 - pyo3's PanicException is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        return text, None, "refused"
    # Where two normalized tokens look the same once normalized, the library picks one at random; a token that normalizes to
    # nothing is found between any two characters there, and refused here.
    looks = [reference.normalizer.normalize_str(t["content"]) if reference.normalizer and t["normalized"] else None
             for t in file["added_tokens"]]
    if "" in looks or any(look is not None and looks.count(look) > 1 for look in looks):
        return text, None, "ambiguous"
    return text, reference, ""


def compare(seed, count, texts=25):
    """Compares `count` random files; returns the comparison and how many files the reference refused."""
    comparison, refused = Comparison(), 0
    for number in range(count):
        chance = random.Random(seed * 1_000_003 + number)
        file, contents, limit = random_file(chance)
        text, reference, why = load_reference(file)
        if reference is None:
            refused += why == "refused"
            continue
        context = f"seed {seed} file {number} normalizer {file['normalizer']} pre_tokenizer {file['pre_tokenizer']} added {file['added_tokens']}"
        try:
            ours = typecase.Tokenizer(bytes=text.encode())
        except typecase.TypecaseError as error:
            comparison.check("load", str(error), None, context)
            continue
        comparison.check("size", ours.vocab_size, reference.get_vocab_size(True), context)
        added = [[token["id"], token["content"]] for token in ours.info["added_tokens"]]
        comparison.check("added", added, [[i, t.content] for i, t in sorted(reference.get_added_tokens_decoder().items())], context)
        for _ in range(texts):
            encode_both(ours, reference, comparison, random_text(chance, contents), context, special=chance.random() < 0.3, plain=chance.random() < 0.2)
        for _ in range(texts // 4):
            decode_both(ours, reference, comparison, [chance.randrange(limit) for _ in range(chance.randrange(1, 8))], context)
    return comparison, refused


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--texts", type=int, default=25)
    options = parser.parse_args()
    comparison, refused = compare(options.seed, options.count, options.texts)
    print(f"{options.count} files, {refused} refused by the reference\n{comparison.report()}")
    sys.exit(comparison.different > 0)


if __name__ == "__main__":
    main()
