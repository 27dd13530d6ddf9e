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

/* What single components know (traits.c, written by generate_traits.py), two-stage as above.
 *   trait    1 removed and 2 made a space by the text cleaning of BertNormalizer, 4 a mark it strips, 16 a Chinese character
 *            to it; 8 a mark that StripAccents strips; 32 removed and 64 made a space by Nmt
 *   cluster  the part in grapheme clusters, in the order of GraphemeClusters.Kind
 *   script   what UnicodeScripts keeps together; 0 goes with everything */
extern const uint16_t cunicode_tokenizer_trait_blocks[];
extern const uint8_t cunicode_tokenizer_trait_values[];
extern const uint16_t cunicode_tokenizer_cluster_blocks[];
extern const uint8_t cunicode_tokenizer_cluster_values[];
extern const uint16_t cunicode_tokenizer_script_blocks[];
extern const uint8_t cunicode_tokenizer_script_values[];

/* c must be below 0x110000. */
static inline uint8_t cunicode_tokenizer_trait(uint32_t c) {
    return cunicode_tokenizer_trait_values[((uint32_t)cunicode_tokenizer_trait_blocks[c >> 8] << 8) | (c & 255)];
}
static inline uint8_t cunicode_tokenizer_cluster(uint32_t c) {
    return cunicode_tokenizer_cluster_values[((uint32_t)cunicode_tokenizer_cluster_blocks[c >> 8] << 8) | (c & 255)];
}
static inline uint8_t cunicode_tokenizer_script(uint32_t c) {
    return cunicode_tokenizer_script_values[((uint32_t)cunicode_tokenizer_script_blocks[c >> 8] << 8) | (c & 255)];
}
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
