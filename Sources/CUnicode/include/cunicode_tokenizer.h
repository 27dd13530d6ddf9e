#ifndef CUNICODE_TOKENIZER_H
#define CUNICODE_TOKENIZER_H

#include <stdint.h>

/* The Unicode data of the reference tokenizer library, probed from it by generate_tokenizer.py.
 *
 * Two-stage tables: value = values[blocks[c >> 8] * 256 + (c & 255)], for c < 0x110000.
 *   kind   low 5 bits: the general category, in the order of CharacterKind (29 = a control character that \s matches);
 *          0x20 a word character of Rust's regex crate, 0x40 char::is_numeric, 0x80 punctuation of `Punctuation`
 *   class  the canonical combining class
 *   form   bits 0..3: the code point may change or move under NFC, NFD, NFKC, NFKD
 * Mappings: sorted keys; a span is (offset in pool) << 5 | length. Hangul syllables are not listed.
 * Pairs: sorted first << 32 | second, and what they compose to. */

extern const uint16_t cunicode_tokenizer_kind_blocks[];
extern const uint8_t cunicode_tokenizer_kind_values[];
extern const uint16_t cunicode_tokenizer_class_blocks[];
extern const uint8_t cunicode_tokenizer_class_values[];
extern const uint16_t cunicode_tokenizer_form_blocks[];
extern const uint8_t cunicode_tokenizer_form_values[];

extern const uint32_t cunicode_tokenizer_canonical_keys[];
extern const uint32_t cunicode_tokenizer_canonical_spans[];
extern const uint32_t cunicode_tokenizer_canonical_count;
extern const uint32_t cunicode_tokenizer_compatible_keys[];
extern const uint32_t cunicode_tokenizer_compatible_spans[];
extern const uint32_t cunicode_tokenizer_compatible_count;
extern const uint32_t cunicode_tokenizer_lower_keys[];
extern const uint32_t cunicode_tokenizer_lower_spans[];
extern const uint32_t cunicode_tokenizer_lower_count;
extern const uint32_t cunicode_tokenizer_pool[];

extern const uint64_t cunicode_tokenizer_pair_keys[];
extern const uint32_t cunicode_tokenizer_pair_values[];
extern const uint32_t cunicode_tokenizer_pair_count;

/* c must be below 0x110000. */
static inline uint8_t cunicode_tokenizer_kind(uint32_t c) {
    return cunicode_tokenizer_kind_values[((uint32_t)cunicode_tokenizer_kind_blocks[c >> 8] << 8) | (c & 255)];
}
static inline uint8_t cunicode_tokenizer_class(uint32_t c) {
    return cunicode_tokenizer_class_values[((uint32_t)cunicode_tokenizer_class_blocks[c >> 8] << 8) | (c & 255)];
}
static inline uint8_t cunicode_tokenizer_form(uint32_t c) {
    return cunicode_tokenizer_form_values[((uint32_t)cunicode_tokenizer_form_blocks[c >> 8] << 8) | (c & 255)];
}

/* Tables as functions: an array of unknown length does not reach Swift. Indices must be below the table's count. */
#define CUNICODE_TOKENIZER_TABLE(type, name) \
    static inline type cunicode_tokenizer_##name##_at(uint32_t i) { return cunicode_tokenizer_##name[i]; }
CUNICODE_TOKENIZER_TABLE(uint32_t, canonical_keys)
CUNICODE_TOKENIZER_TABLE(uint32_t, canonical_spans)
CUNICODE_TOKENIZER_TABLE(uint32_t, compatible_keys)
CUNICODE_TOKENIZER_TABLE(uint32_t, compatible_spans)
CUNICODE_TOKENIZER_TABLE(uint32_t, lower_keys)
CUNICODE_TOKENIZER_TABLE(uint32_t, lower_spans)
CUNICODE_TOKENIZER_TABLE(uint32_t, pool)
CUNICODE_TOKENIZER_TABLE(uint64_t, pair_keys)
CUNICODE_TOKENIZER_TABLE(uint32_t, pair_values)
#undef CUNICODE_TOKENIZER_TABLE

#endif
