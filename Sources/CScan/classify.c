#include "CScan.h"
#include "blocks.h"

/* From U+4E00 to U+9F7F: what begins with 0xE4 and 0xE9 not whatever follows. */
#define HAN(byte)                                                                                         \
    (MASK((bytes64)(byte - 0xE5) < 4) | (MASK(byte == 0xE4) & MASK(byte >= 0xB8) >> 1)                   \
        | (MASK(byte == 0xE9) & MASK(byte < 0xBE) >> 1))

#define HANGUL(byte) MASK((bytes64)(byte - 0xEB) < 2)

/* Of three bytes, the first, the second, and what the third may be. */
#define CHARACTER(byte, one, two, three) (MASK(byte == one) & MASK(byte == two) >> 1 & MASK(three) >> 2)

/* Hiragana from U+3041 to U+3096, Katakana from U+30A1 to U+30FA, and U+30FC to U+30FE. */
#define KANA(byte)                                                                                                   \
    (CHARACTER(byte, 0xE3, 0x81, byte > 0x80) | CHARACTER(byte, 0xE3, 0x82, byte < 0x97 | byte > 0xA0)              \
        | CHARACTER(byte, 0xE3, 0x83, byte < 0xBF & byte != 0xBB))

/* U+3001 to U+3003 and U+3008 to U+3011. */
#define HAN_SIGN(byte) CHARACTER(byte, 0xE3, 0x80, (bytes64)(byte - 0x81) < 3 | (bytes64)(byte - 0x88) < 10)

/* U+2010 to U+2027, U+FF01 to U+FF0F and U+FF1A to U+FF20. */
#define OTHER_SIGN(byte)                                                                                              \
    (CHARACTER(byte, 0xE2, 0x80, (bytes64)(byte - 0x90) < 24)                                                        \
        | CHARACTER(byte, 0xEF, 0xBC, (bytes64)(byte - 0x81) < 15 | (bytes64)(byte - 0x9A) < 7))

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
    out->lead = out->han = out->hangul = out->kana = out->sign = 0;
    if (out->high == 0) return;
    out->lead = MASK(byte >= 0xC0);
    out->han = HAN(byte);
    out->hangul = HANGUL(byte);
    out->kana = KANA(byte);
    out->sign = HAN_SIGN(byte) | OTHER_SIGN(byte);
}

static inline __attribute__((always_inline)) uint64_t leads(const uint8_t *p, int with_parts) {
    bytes64 byte;
    memcpy(&byte, p, sizeof byte);
    uint64_t lead = MASK(byte >= 0xC0);
    if (lead == 0) return 0;
    lead &= ~(HAN(byte) | HAN_SIGN(byte));
    return with_parts ? lead : lead & ~(HANGUL(byte) | KANA(byte));
}

/* Where a byte continues a character follows from the bytes before it. Some first bytes say more of the second: they are rare, but where
 * they are not they come in every block. `after` has the bytes that go on in the next block. */
static inline __attribute__((always_inline)) size_t valid(const uint8_t *p, size_t length) {
    uint64_t after = 0, after_strict = 0, after_e0 = 0, after_ed = 0, after_f0 = 0, after_f4 = 0;
    size_t i = 0;
    for (; i + 64 <= length; i += 64) {
        bytes64 byte;
        memcpy(&byte, p + i, sizeof byte);
        uint64_t high = MASK(byte >= 0x80);
        if ((high | after) == 0) continue;
        uint64_t next = MASK((bytes64)(byte - 0x80) < 0x40), lead = MASK(byte >= 0xC2);
        uint64_t three = MASK(byte >= 0xE0), four = MASK(byte >= 0xF0);
        uint64_t wrong = (next ^ (lead << 1 | three << 2 | four << 3 | after)) | (high ^ next ^ lead);
        uint64_t strict = MASK(((bytes64)(byte & 0xEF) == 0xE0) | (byte == 0xED) | (byte >= 0xF4));
        if ((strict | after_strict) != 0) {
            uint64_t e0 = MASK(byte == 0xE0), ed = MASK(byte == 0xED), f0 = MASK(byte == 0xF0), f4 = MASK(byte == 0xF4);
            uint64_t from_90 = MASK(byte >= 0x90), from_a0 = MASK(byte >= 0xA0);
            wrong |= MASK(byte >= 0xF5);
            wrong |= (e0 << 1 | after_e0) & ~from_a0;
            wrong |= (ed << 1 | after_ed) & from_a0;
            wrong |= (f0 << 1 | after_f0) & ~from_90;
            wrong |= (f4 << 1 | after_f4) & from_90;
            after_e0 = e0 >> 63;
            after_ed = ed >> 63;
            after_f0 = f0 >> 63;
            after_f4 = f4 >> 63;
        }
        if (wrong != 0) break;
        after = lead >> 63 | three >> 62 | four >> 61;
        after_strict = strict >> 63;
    }
    /* Back to where a character begins. */
    for (int k = 0; k < 3 && after != 0; k++) {
        i--;
        if (p[i] >= 0xC0) break;
    }
    return i;
}

/* By the bytes of a character, the first above the others. */
static int is_kana(uint32_t character) {
    uint32_t two = character >> 8;
    uint8_t three = (uint8_t)character;
    if (two == 0xE381) return three > 0x80;
    if (two == 0xE382) return three < 0x97 || three > 0xA0;
    return two == 0xE383 && three < 0xBF && three != 0xBB;
}

static int is_han_sign(uint32_t character) {
    return (character >= 0xE38081 && character <= 0xE38083) || (character >= 0xE38088 && character <= 0xE38091);
}

static int is_sign(uint32_t character) {
    return is_han_sign(character) || (character >= 0xE28090 && character <= 0xE280A7)
        || (character >= 0xEFBC81 && character <= 0xEFBC8F) || (character >= 0xEFBC9A && character <= 0xEFBCA0);
}

static void classify_plain(const uint8_t *p, cscan_classes *out) {
    memset(out, 0, sizeof *out);
    for (int i = 0; i < 64; i++) {
        uint64_t bit = (uint64_t)1 << i;
        uint8_t byte = p[i];
        if (byte >= 0x80) out->high |= bit;
        if (byte >= 0xC0) out->lead |= bit;
        if ((byte >= 0xE5 && byte <= 0xE8) || (i < 63 && ((byte == 0xE4 && p[i + 1] >= 0xB8) || (byte == 0xE9 && p[i + 1] < 0xBE))))
            out->han |= bit;
        if (byte == 0xEB || byte == 0xEC) out->hangul |= bit;
        if (i < 62) {
            uint32_t character = (uint32_t)byte << 16 | (uint32_t)p[i + 1] << 8 | p[i + 2];
            if (is_kana(character)) out->kana |= bit;
            if (is_sign(character)) out->sign |= bit;
        }
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

static uint64_t leads_plain(const uint8_t *p, int with_parts) {
    cscan_classes classes;
    classify_plain(p, &classes);
    uint64_t leads = classes.lead & ~classes.han;
    for (int i = 0; i < 62; i++)
        if (is_han_sign((uint32_t)p[i] << 16 | (uint32_t)p[i + 1] << 8 | p[i + 2])) leads &= ~((uint64_t)1 << i);
    return with_parts ? leads : leads & ~(classes.hangul | classes.kana);
}

static size_t valid_plain(const uint8_t *p, size_t length) {
    size_t whole = 0, start = 0;
    int left = 0;
    uint8_t low = 0x80, high = 0xBF;
    for (size_t i = 0;; i++) {
        if (i % 64 == 0) whole = left > 0 ? start : i;
        if (i == length / 64 * 64) return whole;
        if (left > 0) {
            if (p[i] < low || p[i] > high) return whole;
            left--;
        } else {
            if (p[i] >= 0x80 && (p[i] < 0xC2 || p[i] > 0xF4)) return whole;
            start = i;
            left = p[i] < 0x80 ? 0 : p[i] < 0xE0 ? 1 : p[i] < 0xF0 ? 2 : 3;
        }
        low = p[i] == 0xE0 ? 0xA0 : p[i] == 0xF0 ? 0x90 : 0x80;
        high = p[i] == 0xED ? 0x9F : p[i] == 0xF4 ? 0x8F : 0xBF;
    }
}

/* What every processor of the architecture has: SSE2 or NEON. */
static void classify_base(const uint8_t *p, cscan_classes *out) { classify(p, out); }
static uint64_t leads_base(const uint8_t *p, int with_parts) { return leads(p, with_parts); }
static size_t valid_base(const uint8_t *p, size_t length) { return valid(p, length); }

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void classify_avx2(const uint8_t *p, cscan_classes *out) { classify(p, out); }
__attribute__((target("avx2"))) static uint64_t leads_avx2(const uint8_t *p, int with_parts) { return leads(p, with_parts); }
__attribute__((target("avx2"))) static size_t valid_avx2(const uint8_t *p, size_t length) { return valid(p, length); }

__attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512dq"), min_vector_width(512))) static void classify_avx512(
    const uint8_t *p, cscan_classes *out) {
    classify(p, out);
}
__attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512dq"), min_vector_width(512))) static uint64_t leads_avx512(
    const uint8_t *p, int with_parts) {
    return leads(p, with_parts);
}
__attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512dq"), min_vector_width(512))) static size_t valid_avx512(
    const uint8_t *p, size_t length) {
    return valid(p, length);
}

int cscan_levels(void) {
    static int levels = -1;
    int known = __atomic_load_n(&levels, __ATOMIC_RELAXED);
    if (known >= 0) return known;
    __builtin_cpu_init();
    known = 1;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt")
        && __builtin_cpu_supports("popcnt")) {
        known = 2;
        if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
            known = __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") ? 4 : 3;
    }
    __atomic_store_n(&levels, known, __ATOMIC_RELAXED);
    return known;
}

void cscan_classify_at(int level, const uint8_t *p, cscan_classes *classes) {
    switch (level) {
    case 4:
    case 3: classify_avx512(p, classes); return;
    case 2: classify_avx2(p, classes); return;
    case 1: classify_base(p, classes); return;
    default: classify_plain(p, classes); return;
    }
}

uint64_t cscan_leads_at(int level, const uint8_t *p, int with_parts) {
    switch (level) {
    case 4:
    case 3: return leads_avx512(p, with_parts);
    case 2: return leads_avx2(p, with_parts);
    case 1: return leads_base(p, with_parts);
    default: return leads_plain(p, with_parts);
    }
}

size_t cscan_valid_at(int level, const uint8_t *p, size_t length) {
    switch (level) {
    case 4:
    case 3: return valid_avx512(p, length);
    case 2: return valid_avx2(p, length);
    case 1: return valid_base(p, length);
    default: return valid_plain(p, length);
    }
}
#else
int cscan_levels(void) { return 1; }

void cscan_classify_at(int level, const uint8_t *p, cscan_classes *classes) {
    if (level == 0) classify_plain(p, classes);
    else classify_base(p, classes);
}

uint64_t cscan_leads_at(int level, const uint8_t *p, int with_parts) {
    return level == 0 ? leads_plain(p, with_parts) : leads_base(p, with_parts);
}

size_t cscan_valid_at(int level, const uint8_t *p, size_t length) {
    return level == 0 ? valid_plain(p, length) : valid_base(p, length);
}
#endif

void cscan_classify(const uint8_t *p, cscan_classes *classes) { cscan_classify_at(cscan_levels(), p, classes); }

uint64_t cscan_leads(const uint8_t *p, int with_parts) { return cscan_leads_at(cscan_levels(), p, with_parts); }
size_t cscan_valid(const uint8_t *p, size_t length) { return cscan_valid_at(cscan_levels(), p, length); }
