#ifndef TYPECASE_CSCAN_H
#define TYPECASE_CSCAN_H
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/* The offset of the first occurrence of needle in text, or -1. Linear (the C library's memmem, which Swift cannot see). */
ptrdiff_t cscan_find(const void *text, size_t text_length, const void *needle, size_t needle_length);

/* What 64 bytes are, a bit for each: bit i is byte i. A byte of 0x80 or more is in `high` alone, and in `lead` where it is 0xC0 or more.
 * `blank` is TAB, VT and FF; `newline` CR and LF; `control` the other control characters. The rest of ASCII is in no mask but its own.
 *
 * Where characters beyond ASCII begin of which it is known what they are, if the text is UTF-8 and all of them that counts is in the block:
 * `han` from U+4E00 to U+9F7F (two bytes), `hangul` from U+B000 to U+CFFF (one byte), and of three bytes `kana`, the letters of Hiragana and
 * Katakana but U+309D to U+309F and U+30FF, and `sign`, U+2010 to U+2027, U+3001 to U+3003, U+3008 to U+3011, U+FF01 to U+FF0F and U+FF1A to
 * U+FF20. */
typedef struct {
    uint64_t upper, lower, digit, space, newline, blank, quote, slash, control, high, lead, han, hangul, kana, sign;
} cscan_classes;

/* Classifies the 64 bytes at p. */
void cscan_classify(const uint8_t *p, cscan_classes *classes);

/* Where in the 64 bytes at p, of valid UTF-8, a character beyond ASCII begins that may not be in a normal form, or may go with what is
 * before it: all but those of `han` and the signs from U+3001 on, and where those with parts do not count, of `hangul` and `kana`. */
uint64_t cscan_leads(const uint8_t *p, int with_parts);

/* How many bytes at p are valid UTF-8, as far as that is seen in blocks of 64: up to the last block or less, and no more than three before
 * what is not valid, or not whole, in the first that has such. */
size_t cscan_valid(const uint8_t *p, size_t length);

/* Writes where the bits are, counted from `from`, and anything behind them, 64 in all at most; returns how many they are. */
size_t cscan_write_places(uint64_t bits, ptrdiff_t from, ptrdiff_t *out);

/* The instructions that this processor can classify with: 0 is plain C, and so on up to the number returned. For tests:
 * cscan_classify() takes the last. */
int cscan_levels(void);
void cscan_classify_at(int level, const uint8_t *p, cscan_classes *classes);
uint64_t cscan_leads_at(int level, const uint8_t *p, int with_parts);
size_t cscan_valid_at(int level, const uint8_t *p, size_t length);
size_t cscan_write_places_at(int level, uint64_t bits, ptrdiff_t from, ptrdiff_t *out);

/* Which pairs of symbols merge, and into what: the tables of PairView, which says what is in them. Either `merges` or the two after it. */
typedef struct {
    const uint32_t *marks;
    const uint16_t *displacements;
    const uint64_t *merges;
    const uint64_t *slots;
    const uint32_t *results;
    uint64_t bucket_shift, size, multiplier;
    /* A hash that is no pair's and looks like none. */
    uint64_t none;
    uint32_t last_rank;
    int has_merges;
} cscan_pairs;

/* A word of 1 to 64 symbols while it is merged; behind them there must be others, of no matter what, up to 64. Where `has_keys`, there are the keys
 * of the pairs that the symbols begin, the rank above six bits for the number of the symbol, and behind them others of no rank, up to a whole
 * block; else there is room for them. */
typedef struct {
    uint32_t *symbols;
    int32_t *keys;
    /* A bit for each symbol: a merged one stays where its left half was. */
    uint64_t full;
    /* The hashes of the pairs that the last merge made before it and behind it, and then where those would be, above their tags. */
    uint64_t first, second;
    int32_t lowest;
    uint8_t has_keys, at, before;
} cscan_word;

/* Keys come by so many. */
#define CSCAN_BLOCK 16
/* How many words are merged side by side: what one waits for, memory, the others do not. */
#define CSCAN_ACTIVE 48

/* Merges with the instructions of this level the pairs of words: in each the lowest rank first and the leftmost of those, until there are none.
 * Of more than are merged side by side the longest should come first: they take the longest, and none should be left alone. */
void cscan_merge_at(int level, const cscan_pairs *pairs, cscan_word *words, size_t count);

/* A byte, and the 1 to 8 bytes that are put for it. */
typedef struct {
    uint8_t content[8];
    uint8_t byte, length;
} cscan_replacement;

/* How often a byte is in a text. */
size_t cscan_count_at(int level, const uint8_t *text, size_t length, uint8_t byte);

/* Copies a text, with the content in the place of each such byte, and returns how many bytes it becomes. Behind them there must be room for
 * CSCAN_SLACK more, of which some are written. */
#define CSCAN_SLACK 64
size_t cscan_replace_at(int level, const uint8_t *text, size_t length, const cscan_replacement *with, uint8_t *out);

/* The bits of those of 64 bytes that are newlines. */
uint64_t cscan_newlines(const uint8_t *p);

/* How something begins: with one of so many bytes, 1 to 8, and behind it, where it is not 0 that are known, with one of so many others. What is
 * left of each set repeats one of it. */
typedef struct cscan_starts {
    uint8_t first[8], second[8];
    uint8_t first_count, second_count;
} cscan_starts;

/* The offset of the first place that something begins at; `length` where there is none. */
size_t cscan_find_start(const uint8_t *p, size_t length, const cscan_starts *starts);

/* Of 16 bytes as two numbers in little-endian order: the bits of those of the first count, 1 to 15, in the one and in the other. */
static inline uint64_t cscan_low_bytes(size_t count) {
    static const uint64_t bits[16] = {
        0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF,
        ~0ull, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull,
    };
    return bits[count & 15];
}

static inline uint64_t cscan_high_bytes(size_t count) {
    static const uint64_t bits[16] = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF,
    };
    return bits[count & 15];
}

/* Copies four numbers, of the first only 24 bits, and returns the three bits above those: with one store, of which few fit in a time. */
static inline size_t cscan_copy_tokens(const void *entry, void *out) {
    typedef uint32_t four __attribute__((ext_vector_type(4)));
    four tokens;
    __builtin_memcpy(&tokens, entry, sizeof tokens);
    tokens &= (four){0xFFFFFF, ~0u, ~0u, ~0u};
    __builtin_memcpy(out, &tokens, sizeof tokens);
    return ((const uint8_t *)entry)[3] & 7;
}

/* For a thread that asks again and again: lets the processor's other work go first. */
static inline void cscan_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Asks for the cache line at p, which is about to be read. */
static inline void cscan_prefetch(const void *p) { __builtin_prefetch(p, 0, 3); }

/* Reads a byte of every `step` bytes of memory, which the system then has to have there. */
static inline void cscan_touch(const void *p, size_t count, size_t step) {
    for (size_t i = 0; i < count; i += step) (void)((const volatile char *)p)[i];
}

#pragma clang assume_nonnull end
#endif
