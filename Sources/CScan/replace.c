#include "CScan.h"
#include "blocks.h"

static inline __attribute__((always_inline)) size_t count(const uint8_t *text, size_t length, uint8_t byte) {
    size_t found = 0, i = 0;
    for (; i + 64 <= length; i += 64) {
        bytes64 block;
        memcpy(&block, text + i, sizeof block);
        found += (size_t)__builtin_popcountll(MASK(block == byte));
    }
    for (; i < length; i++) found += text[i] == byte;
    return found;
}

/* Up to eight bytes at a time are copied, and then what is put for the next, which is left out again where it was none. */
static inline uint8_t *replace(const uint8_t *text, size_t length, const cscan_replacement *with, uint8_t *out) {
    const uint64_t low = 0x7F7F7F7F7F7F7F7Full, pattern = with->byte * 0x0101010101010101ull;
    size_t i = 0;
    while (i + 8 <= length) {
        uint64_t eight;
        memcpy(&eight, text + i, sizeof eight);
        uint64_t difference = eight ^ pattern;
        /* The highest bit of each that is this one, the first of them lowest. */
        uint64_t places = ~(((difference & low) + low) | difference | low);
        size_t is_found = places != 0, copied = is_found ? (size_t)__builtin_ctzll(places) >> 3 : 8;
        memcpy(out, &eight, 8);
        memcpy(out + copied, with->content, 8);
        out += copied + (is_found ? with->length : 0);
        i += copied + is_found;
    }
    for (; i < length; i++) {
        if (text[i] == with->byte) {
            memcpy(out, with->content, 8);
            out += with->length;
        } else {
            *out++ = text[i];
        }
    }
    return out;
}

static size_t count_base(const uint8_t *text, size_t length, uint8_t byte) { return count(text, length, byte); }

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX512 __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vbmi2"), min_vector_width(512)))

__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt"))) static size_t count_avx2(const uint8_t *text, size_t length, uint8_t byte) {
    return count(text, length, byte);
}

AVX512 static size_t count_avx512(const uint8_t *text, size_t length, uint8_t byte) { return count(text, length, byte); }

/* Each byte comes as often as the content has bytes; where it is to be replaced it becomes those, and else all but the first are left out. */
AVX512 static uint8_t *replace_avx512(const uint8_t *text, size_t length, const cscan_replacement *with, uint8_t *out) {
    size_t width = with->length, step = 64 / width, i = 0;
    uint8_t from[64] = {0}, content[64] = {0};
    uint64_t firsts = 0;
    for (size_t source = 0, k = 0; source < step; source++) {
        firsts |= (uint64_t)1 << k;
        for (size_t part = 0; part < width; part++, k++) {
            from[k] = (uint8_t)source;
            content[k] = with->content[part];
        }
    }
    const uint64_t used = ~0ull >> (64 - step * width);
    const __m512i sources = _mm512_loadu_si512(from), contents = _mm512_loadu_si512(content), byte = _mm512_set1_epi8((char)with->byte);
    for (; i + 64 <= length; i += step) {
        __m512i bytes = _mm512_permutexvar_epi8(sources, _mm512_loadu_si512(text + i));
        __mmask64 found = _mm512_cmpeq_epi8_mask(bytes, byte), kept = (found | firsts) & used;
        _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(kept, _mm512_mask_mov_epi8(bytes, found, contents)));
        out += __builtin_popcountll(kept);
    }
    return replace(text + i, length - i, with, out);
}
#endif

size_t cscan_count_at(int level, const uint8_t *text, size_t length, uint8_t byte) {
#if defined(__x86_64__)
    if (level >= 4) return count_avx512(text, length, byte);
    if (level >= 2) return count_avx2(text, length, byte);
#endif
    (void)level;
    return count_base(text, length, byte);
}

size_t cscan_replace_at(int level, const uint8_t *text, size_t length, const cscan_replacement *with, uint8_t *out) {
#if defined(__x86_64__)
    /* A message is done before the vectors would be made. */
    if (level >= 4 && length >= 256) return (size_t)(replace_avx512(text, length, with, out) - out);
#endif
    (void)level;
    return (size_t)(replace(text, length, with, out) - out);
}
