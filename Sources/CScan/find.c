#define _GNU_SOURCE
#include "CScan.h"
#include "blocks.h"

ptrdiff_t cscan_find(const void *text, size_t text_length, const void *needle, size_t needle_length) {
    const char *found = memmem(text, text_length, needle, needle_length);
    return found == NULL ? -1 : found - (const char *)text;
}

uint64_t cscan_newlines(const uint8_t *p) {
    bytes64 byte;
    memcpy(&byte, p, sizeof byte);
    return MASK(byte == '\n');
}

/* `are_many` and `has_second` are known to the compiler: where ways meet it finds the bits of a vector one by one. */
static inline __attribute__((always_inline)) uint64_t any(const uint8_t *p, const uint8_t set[8], int are_many) {
    bytes64 byte;
    memcpy(&byte, p, sizeof byte);
    if (!are_many) return MASK(byte == set[0]);
    return MASK(byte == set[0]) | MASK(byte == set[1]) | MASK(byte == set[2]) | MASK(byte == set[3]) | MASK(byte == set[4])
        | MASK(byte == set[5]) | MASK(byte == set[6]) | MASK(byte == set[7]);
}

/* The bits of the places of a block, and of one byte more, that something begins at. */
static inline __attribute__((always_inline)) uint64_t starts_of(const uint8_t *p, const cscan_starts *starts, int are_many, int has_second) {
    uint64_t found = any(p, starts->first, are_many);
    return found != 0 && has_second ? found & any(p + 1, starts->second, 1) : found;
}

static inline __attribute__((always_inline)) size_t find_in(
    const uint8_t *p, size_t length, const cscan_starts *starts, int are_many, int has_second) {
    if (length <= 64) {
        uint8_t block[65] = {0};
        memcpy(block, p, length);
        size_t count = has_second && length > 0 ? length - 1 : length;
        uint64_t found = starts_of(block, starts, are_many, has_second) & (count < 64 ? ((uint64_t)1 << count) - 1 : ~(uint64_t)0);
        return found != 0 ? (size_t)__builtin_ctzll(found) : length;
    }
    size_t end = has_second ? length - 1 : length;
    for (size_t i = 0;; i += 64) {
        /* The last block begins in the one before. */
        if (i + 64 > end) i = end - 64;
        uint64_t found = starts_of(p + i, starts, are_many, has_second);
        if (found != 0) return i + (size_t)__builtin_ctzll(found);
        if (i + 64 == end) return length;
    }
}

static inline __attribute__((always_inline)) size_t find_start(const uint8_t *p, size_t length, const cscan_starts *starts) {
    if (starts->first_count == 1) return starts->second_count > 0 ? find_in(p, length, starts, 0, 1) : find_in(p, length, starts, 0, 0);
    return starts->second_count > 0 ? find_in(p, length, starts, 1, 1) : find_in(p, length, starts, 1, 0);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static size_t find_start_avx2(const uint8_t *p, size_t length, const cscan_starts *starts) {
    return find_start(p, length, starts);
}

size_t cscan_find_start(const uint8_t *p, size_t length, const cscan_starts *starts) {
    return cscan_levels() >= 2 ? find_start_avx2(p, length, starts) : find_start(p, length, starts);
}
#else
size_t cscan_find_start(const uint8_t *p, size_t length, const cscan_starts *starts) { return find_start(p, length, starts); }
#endif
