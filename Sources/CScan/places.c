#include "CScan.h"
#include <string.h>

static inline __attribute__((always_inline)) size_t write_places(uint64_t bits, ptrdiff_t from, ptrdiff_t *out) {
    size_t count = (size_t)__builtin_popcountll(bits), i = 0;
    do {
        for (size_t k = i; k < i + 8; k++) {
            /* Of no bits it writes anything. */
            out[k] = from + __builtin_ctzll(bits | (uint64_t)1 << 63);
            bits &= bits - 1;
        }
        i += 8;
    } while (i < count);
    return count;
}

static size_t write_places_base(uint64_t bits, ptrdiff_t from, ptrdiff_t *out) { return write_places(bits, from, out); }

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt"))) static size_t write_places_avx2(uint64_t bits, ptrdiff_t from, ptrdiff_t *out) {
    return write_places(bits, from, out);
}

/* The numbers of the bits are brought together as bytes, and made places eight at a time. */
__attribute__((target("avx2,bmi,popcnt,avx512f,avx512bw,avx512vbmi2"), min_vector_width(512))) static size_t write_places_avx512(
    uint64_t bits, ptrdiff_t from, ptrdiff_t *out) {
    static const uint8_t numbers[64] = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
        32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    uint8_t places[64];
    _mm512_storeu_si512(places, _mm512_maskz_compress_epi8(bits, _mm512_loadu_si512(numbers)));
    size_t count = (size_t)__builtin_popcountll(bits), i = 0;
    __m512i start = _mm512_set1_epi64(from);
    do {
        __m512i some = _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)(places + i)));
        _mm512_storeu_si512(out + i, _mm512_add_epi64(some, start));
        i += 8;
    } while (i < count);
    return count;
}

#endif

typedef size_t writer(uint64_t bits, ptrdiff_t from, ptrdiff_t *out);

static writer *writer_of(int level) {
#if defined(__x86_64__)
    if (level >= 4) return write_places_avx512;
    if (level >= 2) return write_places_avx2;
#endif
    (void)level;
    return write_places_base;
}

size_t cscan_write_places_at(int level, uint64_t bits, ptrdiff_t from, ptrdiff_t *out) { return writer_of(level)(bits, from, out); }

/* It is asked for every few words: what to call is found once. */
static size_t find_writer(uint64_t bits, ptrdiff_t from, ptrdiff_t *out);
static writer *chosen = find_writer;

static size_t find_writer(uint64_t bits, ptrdiff_t from, ptrdiff_t *out) {
    writer *found = writer_of(cscan_levels());
    __atomic_store_n(&chosen, found, __ATOMIC_RELAXED);
    return found(bits, from, out);
}

size_t cscan_write_places(uint64_t bits, ptrdiff_t from, ptrdiff_t *out) { return __atomic_load_n(&chosen, __ATOMIC_RELAXED)(bits, from, out); }
