#include "CScan.h"
#include <string.h>

/* One body in the compiler's vector types, compiled for each set of instructions: what a comparison of 64 bytes becomes is
 * the compiler's affair, what it means is the same everywhere. */
typedef uint8_t bytes64 __attribute__((ext_vector_type(64)));
typedef _Bool bits64 __attribute__((ext_vector_type(64)));

#define MASK(condition)                                                            \
    ({                                                                             \
        bits64 bits = __builtin_convertvector((condition), bits64);               \
        uint64_t mask;                                                             \
        memcpy(&mask, &bits, sizeof mask);                                         \
        mask;                                                                      \
    })

static inline __attribute__((always_inline)) void classify(const uint8_t *p, cscan_classes *out) {
    bytes64 byte;
    memcpy(&byte, p, sizeof byte);
    out->upper = MASK((bytes64)(byte - 'A') < 26);
    out->lower = MASK((bytes64)(byte - 'a') < 26);
    out->digit = MASK((bytes64)(byte - '0') < 10);
    out->space = MASK(byte == ' ');
    uint64_t newline = MASK(byte == '\n') | MASK(byte == '\r');
    out->newline = newline;
    out->blank = MASK((bytes64)(byte - '\t') < 5) & ~newline;
    out->control = (MASK(byte < ' ') & ~(newline | out->blank)) | MASK(byte == 0x7F);
    out->quote = MASK(byte == '\'');
    out->slash = MASK(byte == '/');
    out->high = MASK(byte >= 0x80);
    out->lead = MASK(byte >= 0xC0);
}

static inline __attribute__((always_inline)) size_t find_any(const uint8_t *p, size_t length, const uint8_t *set, size_t count) {
    size_t i = 0;
    for (; i + 64 <= length; i += 64) {
        bytes64 byte;
        memcpy(&byte, p + i, sizeof byte);
        uint64_t found = MASK(byte == set[0]) | MASK(byte == set[1]) | MASK(byte == set[2]) | MASK(byte == set[3]);
        if (count > 4)
            found |= MASK(byte == set[4]) | MASK(byte == set[5]) | MASK(byte == set[6]) | MASK(byte == set[7]);
        if (found != 0) return i + (size_t)__builtin_ctzll(found);
    }
    for (; i < length; i++)
        for (int k = 0; k < 8; k++)
            if (p[i] == set[k]) return i;
    return length;
}

static void classify_plain(const uint8_t *p, cscan_classes *out) {
    memset(out, 0, sizeof *out);
    for (int i = 0; i < 64; i++) {
        uint64_t bit = (uint64_t)1 << i;
        uint8_t byte = p[i];
        if (byte >= 0x80) out->high |= bit;
        if (byte >= 0xC0) out->lead |= bit;
        if (byte >= 'A' && byte <= 'Z') out->upper |= bit;
        if (byte >= 'a' && byte <= 'z') out->lower |= bit;
        if (byte >= '0' && byte <= '9') out->digit |= bit;
        if (byte == ' ') out->space |= bit;
        if (byte == '\n' || byte == '\r') out->newline |= bit;
        if (byte == '\t' || byte == '\v' || byte == '\f') out->blank |= bit;
        else if ((byte < ' ' && byte != '\n' && byte != '\r') || byte == 0x7F) out->control |= bit;
        if (byte == '\'') out->quote |= bit;
        if (byte == '/') out->slash |= bit;
    }
}

/* What every processor of the architecture has: SSE2 or NEON. */
static void classify_base(const uint8_t *p, cscan_classes *out) { classify(p, out); }
static size_t find_any_base(const uint8_t *p, size_t length, const uint8_t *set, size_t count) { return find_any(p, length, set, count); }

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void classify_avx2(const uint8_t *p, cscan_classes *out) { classify(p, out); }
__attribute__((target("avx2"))) static size_t find_any_avx2(const uint8_t *p, size_t length, const uint8_t *set, size_t count) {
    return find_any(p, length, set, count);
}

__attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512dq"), min_vector_width(512))) static void classify_avx512(
    const uint8_t *p, cscan_classes *out) {
    classify(p, out);
}

int cscan_levels(void) {
    static int levels = -1;
    int known = __atomic_load_n(&levels, __ATOMIC_RELAXED);
    if (known >= 0) return known;
    __builtin_cpu_init();
    known = 1;
    if (__builtin_cpu_supports("avx2")) {
        known = 2;
        if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
            known = 3;
    }
    __atomic_store_n(&levels, known, __ATOMIC_RELAXED);
    return known;
}

void cscan_classify_at(int level, const uint8_t *p, cscan_classes *classes) {
    switch (level) {
    case 3: classify_avx512(p, classes); return;
    case 2: classify_avx2(p, classes); return;
    case 1: classify_base(p, classes); return;
    default: classify_plain(p, classes); return;
    }
}

static size_t find_several(const uint8_t *p, size_t length, const uint8_t set[8], size_t count) {
    return cscan_levels() >= 2 ? find_any_avx2(p, length, set, count) : find_any_base(p, length, set, count);
}
#else
int cscan_levels(void) { return 1; }

void cscan_classify_at(int level, const uint8_t *p, cscan_classes *classes) {
    if (level == 0) classify_plain(p, classes);
    else classify_base(p, classes);
}

static size_t find_several(const uint8_t *p, size_t length, const uint8_t set[8], size_t count) {
    return find_any_base(p, length, set, count);
}
#endif

size_t cscan_find_any(const uint8_t *p, size_t length, const uint8_t set[8], size_t count) {
    if (count > 1) return find_several(p, length, set, count);
    const uint8_t *found = memchr(p, set[0], length);
    return found == NULL ? length : (size_t)(found - p);
}

void cscan_classify(const uint8_t *p, cscan_classes *classes) { cscan_classify_at(cscan_levels(), p, classes); }
