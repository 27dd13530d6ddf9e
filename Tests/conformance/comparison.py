"""What the differential fuzzers share: asking typecase and a reference the same, and showing where they differ."""

import typecase


class Comparison:
    """Counts what was compared and keeps the first differences."""

    def __init__(self, shown=12):
        self.count, self.different, self.shown, self.seen, self.lines = 0, 0, shown, set(), []

    def check(self, what, ours, theirs, context):
        self.count += 1
        if ours == theirs:
            return True
        self.different += 1
        # One difference of each kind for each file is enough to read.
        key = (what, str(context)[:40])
        if key not in self.seen and len(self.seen) < self.shown:
            self.seen.add(key)
            at = 0
            if isinstance(ours, (list, str)) and isinstance(theirs, (list, str)):
                while at < min(len(ours), len(theirs)) and ours[at] == theirs[at]:
                    at += 1
            cut = lambda value: value[max(at - 3, 0) : at + 12] if isinstance(value, (list, str)) else value  # noqa: E731
            self.lines.append(f"DIFFERENT {what} {context}\n  at {at}\n  ours   {cut(ours)!a}\n  theirs {cut(theirs)!a}")
        return False

    def report(self):
        return "\n".join([*self.lines, f"{self.count} compared, {self.different} differ"])


def reference_call(function, *arguments, **options):
    """What the reference answers, or None where it panics: a panic is no answer to compare with."""
    try:
        return function(*arguments, **options)
    except BaseException as error:  # noqa: BLE001 - pyo3's PanicException is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return None


def encode_both(ours, reference, comparison, text, context, special=False, plain=False):
    """Compares ids and character offsets of one text."""
    reference.encode_special_tokens = plain
    theirs = reference_call(reference.encode, text, add_special_tokens=special)
    if theirs is None:
        return
    context = f"{context} {text[:80]!a}"
    try:
        got = ours.encode(text, add_special_tokens=special, special_tokens="text" if plain else "parse")
    except typecase.TypecaseError as error:
        comparison.check("error", str(error), None, context)
        return
    if comparison.check("ids", got.ids.tolist(), theirs.ids, context):
        comparison.check("offsets", [tuple(pair) for pair in got.offsets.tolist()], theirs.offsets, context)


def whole_both(ours, reference, comparison, texts, pair, context, special):
    """Compares all of an encoding, as the file truncates and pads it: of a batch, or of a pair of texts."""
    if pair is None:
        theirs = reference_call(reference.encode_batch, texts, add_special_tokens=special)
        answer = lambda: ours.encode_batch(texts, add_special_tokens=special, truncate_and_pad=True)  # noqa: E731
    else:
        theirs = reference_call(lambda: [reference.encode(texts[0], pair, add_special_tokens=special)])
        answer = lambda: [ours.encode(texts[0], pair, add_special_tokens=special, truncate_and_pad=True)]  # noqa: E731
    if theirs is None:
        return
    context = f"{context} {texts!a:.200} {pair!a}"
    try:
        answer = answer()
    except typecase.TypecaseError as error:
        comparison.check("error", str(error), None, context)
        return
    for got, want in zip(answer, theirs, strict=True):
        comparison.check("ids", got.ids.tolist(), want.ids, context)
        comparison.check("offsets", [tuple(span) for span in got.offsets.tolist()], want.offsets, context)
        comparison.check("type ids", got.type_ids.tolist(), want.type_ids, context)
        comparison.check("special tokens mask", got.special_tokens_mask.tolist(), want.special_tokens_mask, context)
        comparison.check("attention mask", got.attention_mask.tolist(), want.attention_mask, context)


def stream_both(ours, comparison, ids, context):
    """Compares decoding id by id with decoding at once."""
    for skips in (False, True):
        pieces = list(ours.decode_stream(ids, skips))
        comparison.check(f"streamed, skip={skips}", "".join(pieces), ours.decode(ids, skips), f"{context} {ids[:20]}")


def decode_both(ours, reference, comparison, ids, context):
    for skips in (False, True):
        theirs = reference_call(reference.decode, ids, skip_special_tokens=skips)
        if theirs is not None:
            comparison.check(f"decoded, skip={skips}", ours.decode(ids, skip_special_tokens=skips), theirs, f"{context} {ids[:20]}")
