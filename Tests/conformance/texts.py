"""Texts that tell tokenizers apart: every class of character, in every neighbourhood that a split pattern looks at."""

import random
import unicodedata

WORDS = [
    "the", "The", "THE", "don't", "DON'T", "we'll", "I'M", "it’s", "naïve", "e\u0301", "cafe\u0301s", "ſ's", "'ſ", "K'll", "straße", "ΑΒΓ", "привет",
    "你好", "世界", "日本語", "한국어", "ไทย", "हिन्दी", "العربية", "עברית", "ǅ", "ʰ", "ª", "Ⅷ", "½", "٣٤", "१२३", "१", "123", "1234567", "3.14", "0x1F",
    "🙂", "👩‍👩‍👧", "🇫🇷", "\ufe0f", "\u200d", "\u0301", "\u0323\u0301", "\u1e9b\u0323", "\uac00\u11a8", "가", "各", "\ufb01", "Å",
    "foo_bar", "camelCase", "HTMLParser", "a.b.c", "x=y+1;", "!!!", "...", "--", "/*", "*/", "</div>", "$$$", "§", "€5", "«»", "、。", "\\n",
    "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<think>", "</think>", "<|begin_of_text|>", "<|eot_id|>", "<|im_start", "im_end|>", "<|", "|>",
]
SPACES = ["", " ", "  ", "   ", "\t", "\n", "\n\n", "\r\n", " \n", "\n ", "\u00a0", "\u3000", "\u2028", "\u0085", "\u200b", " \t ", "\x0b", "\x0c", "\x1c"]


def random_text(rng: random.Random) -> str:
    """Words and spaces, sometimes with characters from anywhere."""
    parts = []
    for _ in range(rng.randrange(1, 24)):
        parts.append(rng.choice(SPACES))
        if rng.random() < 0.15:
            parts.append("".join(random_character(rng) for _ in range(rng.randrange(1, 4))))
        else:
            parts.append(rng.choice(WORDS))
    return "".join(parts) + rng.choice(SPACES)


def random_character(rng: random.Random) -> str:
    """A code point, more often from a plane that has characters; no surrogates."""
    while True:
        point = rng.randrange(0x110000) if rng.random() < 0.1 else rng.randrange(0x3000) if rng.random() < 0.6 else rng.randrange(0x20000)
        if not 0xD800 <= point <= 0xDFFF:
            return chr(point)


def every_character():
    """Every code point that is a character of its own, with neighbours that change how it splits."""
    for point in range(0x110000):
        character = chr(point)
        if 0xD800 <= point <= 0xDFFF or (point > 0x323AF and unicodedata.category(character) in ("Cn", "Co")):
            continue
        yield character
