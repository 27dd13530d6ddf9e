#include "CScan.h"
#include <string.h>

/* One body, compiled for each set of instructions: the newer ones find bits and the lowest of numbers in fewer steps. */
#define INLINE static inline __attribute__((always_inline))

#define NO_RANK 0xFFFFFu
/* No pair: not below the keys of all ranks. */
#define NO_KEY ((int32_t)(NO_RANK << 6))
#define BLOCK CSCAN_BLOCK

INLINE uint64_t pair_of(uint32_t left, uint32_t right) { return (uint64_t)left << 22 | right; }
INLINE uint64_t hash_of(const cscan_pairs *pairs, uint64_t pair) { return (pair ^ pair >> 23) * pairs->multiplier; }
INLINE uint32_t tag_of(uint64_t hash) { return (uint32_t)hash << 16 & ~NO_RANK; }

INLINE uint32_t slot_of(const cscan_pairs *pairs, uint64_t hash) {
    uint32_t displacement = pairs->displacements[hash >> pairs->bucket_shift];
    uint32_t spread = (uint32_t)(hash >> 16) * (displacement << 1 | 1);
    return (uint32_t)((uint64_t)spread * pairs->size >> 32);
}

INLINE int32_t key_of(const cscan_pairs *pairs, uint32_t slot, uint32_t tag, uint32_t at) {
    uint32_t rank = pairs->marks[slot] ^ tag;
    return (int32_t)((rank < NO_RANK ? rank : NO_RANK) << 6 | at);
}

INLINE size_t count_of(const cscan_word *word) { return (size_t)(64 - __builtin_clzll(word->full)); }

typedef int32_t block __attribute__((ext_vector_type(BLOCK)));
typedef int32_t four __attribute__((ext_vector_type(4)));

/* The lowest of the keys of a word is one of these. */
INLINE four lowest_of(const cscan_word *word) {
    block lowest, more;
    memcpy(&lowest, word->keys, sizeof lowest);
    size_t count = count_of(word);
    for (size_t i = BLOCK; i < count; i += BLOCK) {
        memcpy(&more, word->keys + i, sizeof more);
        lowest = __builtin_elementwise_min(lowest, more);
    }
    lowest.lo = __builtin_elementwise_min(lowest.lo, lowest.hi);
    return __builtin_elementwise_min(lowest.lo.lo, lowest.lo.hi);
}

/* Finds where the pairs of a word would be whose keys are not known, which those then say. */
INLINE void start(const cscan_pairs *pairs, cscan_word *word) {
    size_t count = count_of(word);
    for (size_t i = 0; i + 1 < count; i++) {
        uint32_t slot = slot_of(pairs, hash_of(pairs, pair_of(word->symbols[i], word->symbols[i + 1])));
        cscan_prefetch(pairs->marks + slot);
        word->keys[i] = (int32_t)slot;
    }
    for (size_t i = count - 1; i < ((count + BLOCK - 1) & ~(size_t)(BLOCK - 1)); i++) word->keys[i] = NO_KEY;
}

INLINE void find_keys(const cscan_pairs *pairs, cscan_word *word) {
    size_t count = count_of(word);
    for (size_t i = 0; i + 1 < count; i++) {
        uint32_t tag = tag_of(hash_of(pairs, pair_of(word->symbols[i], word->symbols[i + 1])));
        word->keys[i] = key_of(pairs, (uint32_t)word->keys[i], tag, (uint32_t)i);
    }
}

/* Asks for what the lowest pair makes. */
INLINE void expect_merge(const cscan_pairs *pairs, int32_t lowest, int has_merges) {
    uint32_t rank = (uint32_t)lowest >> 6;
    if (has_merges) cscan_prefetch(pairs->merges + (rank < pairs->last_rank ? rank : pairs->last_rank));
}

/* What a pair makes at this rank; 0 where it has another, or none. */
INLINE int make(const cscan_pairs *pairs, uint32_t left, uint32_t right, uint32_t rank, uint32_t *merged, int has_merges) {
    uint64_t pair = pair_of(left, right);
    if (has_merges) {
        uint64_t merge = pairs->merges[rank];
        *merged = (uint32_t)merge & NO_RANK;
        return merge >> 20 == pair;
    }
    *merged = pairs->results[rank];
    return pairs->slots[slot_of(pairs, hash_of(pairs, pair))] >> 20 == pair;
}

/* Merges the lowest pair of a word, and asks for what is needed to find the pairs that this makes. Where it was no pair after all, another is
 * the lowest then. */
INLINE void merge(const cscan_pairs *pairs, cscan_word *word, int has_merges) {
    uint32_t *symbols = word->symbols;
    int32_t *keys = word->keys;
    uint64_t full = word->full;
    uint32_t at = (uint32_t)word->lowest & 63, merged;
    uint64_t above = full & (~1ull << at), below = full & ((1ull << at) - 1), after = above & (above - 1);
    uint32_t right = (uint32_t)__builtin_ctzll(above | 1ull << 63), next = (uint32_t)__builtin_ctzll(after | 1ull << 63);
    uint32_t before = 63 - (uint32_t)__builtin_clzll(below | 1);
    word->at = (uint8_t)at;
    word->before = (uint8_t)before;
    keys[at] = NO_KEY;
    if (__builtin_expect(!make(pairs, symbols[at], symbols[right], (uint32_t)word->lowest >> 6, &merged, has_merges), 0)) {
        word->before = (uint8_t)at;
        word->first = word->second = pairs->none;
        return;
    }
    /* Where there is no symbol before, or behind, some other takes its place, and what it would make is not asked for. */
    uint64_t first = hash_of(pairs, pair_of(symbols[before], merged)), second = hash_of(pairs, pair_of(merged, symbols[next]));
    first = below ? first : pairs->none;
    second = after ? second : pairs->none;
    cscan_prefetch(pairs->displacements + (first >> pairs->bucket_shift));
    cscan_prefetch(pairs->displacements + (second >> pairs->bucket_shift));
    word->first = first;
    word->second = second;
    word->full = full ^ above ^ after;
    symbols[at] = merged;
    keys[before] = NO_KEY;
    keys[right] = NO_KEY;
}

INLINE uint64_t place(const cscan_pairs *pairs, uint64_t hash) {
    uint32_t slot = slot_of(pairs, hash);
    cscan_prefetch(pairs->marks + slot);
    return (uint64_t)slot << 32 | tag_of(hash);
}

/* Finds where the pairs would be that the last merge made. */
INLINE void find(const cscan_pairs *pairs, cscan_word *word) {
    word->first = place(pairs, word->first);
    word->second = place(pairs, word->second);
}

/* Finds the keys of those pairs, and the lowest of all. */
INLINE void settle(const cscan_pairs *pairs, cscan_word *word, int has_merges) {
    four lowest = lowest_of(word);
    int32_t first = key_of(pairs, (uint32_t)(word->first >> 32), (uint32_t)word->first, word->before);
    int32_t second = key_of(pairs, (uint32_t)(word->second >> 32), (uint32_t)word->second, word->at);
    word->keys[word->before] = first;
    word->keys[word->at] = second;
    /* With numbers that are no vectors the compiler branches, and nobody could foretell where. */
    lowest = __builtin_elementwise_min(lowest, (four){first, second, first, second});
    word->lowest = __builtin_reduce_min(lowest);
    expect_merge(pairs, word->lowest, has_merges);
}

INLINE void merge_all(const cscan_pairs *tables, cscan_word *words, size_t count, int has_merges) {
    /* Which nothing that is written could change. */
    const cscan_pairs pairs = *tables;
    for (size_t i = 0; i < count; i++)
        if (!words[i].has_keys) start(&pairs, &words[i]);
    for (size_t i = 0; i < count; i++) {
        if (!words[i].has_keys) find_keys(&pairs, &words[i]);
        words[i].lowest = __builtin_reduce_min(lowest_of(&words[i]));
    }
    cscan_word *active[CSCAN_ACTIVE];
    size_t some = 0, next = 0;
    for (;;) {
        while (some < CSCAN_ACTIVE && next < count) {
            active[some] = &words[next++];
            expect_merge(&pairs, active[some]->lowest, has_merges);
            some += active[some]->lowest < NO_KEY;
        }
        if (some == 0) return;
        for (size_t k = 0; k < some; k++) merge(&pairs, active[k], has_merges);
        for (size_t k = 0; k < some; k++) find(&pairs, active[k]);
        size_t kept = 0;
        for (size_t k = 0; k < some; k++) {
            cscan_word *word = active[k];
            settle(&pairs, word, has_merges);
            active[kept] = word;
            kept += word->lowest < NO_KEY;
        }
        some = kept;
    }
}

INLINE void merge_words(const cscan_pairs *pairs, cscan_word *words, size_t count) {
    if (pairs->has_merges) merge_all(pairs, words, count, 1);
    else merge_all(pairs, words, count, 0);
}

static void merge_base(const cscan_pairs *pairs, cscan_word *words, size_t count) { merge_words(pairs, words, count); }

#if defined(__x86_64__)
__attribute__((target("avx2,bmi,bmi2,lzcnt"))) static void merge_avx2(const cscan_pairs *pairs, cscan_word *words, size_t count) {
    merge_words(pairs, words, count);
}

__attribute__((target("avx2,bmi,bmi2,lzcnt,avx512f,avx512bw,avx512vl,avx512dq"), min_vector_width(512))) static void merge_avx512(
    const cscan_pairs *pairs, cscan_word *words, size_t count) {
    merge_words(pairs, words, count);
}

void cscan_merge_at(int level, const cscan_pairs *pairs, cscan_word *words, size_t count) {
    switch (level) {
    case 4:
    case 3: merge_avx512(pairs, words, count); return;
    case 2: merge_avx2(pairs, words, count); return;
    default: merge_base(pairs, words, count); return;
    }
}
#else
void cscan_merge_at(int level, const cscan_pairs *pairs, cscan_word *words, size_t count) {
    (void)level;
    merge_base(pairs, words, count);
}
#endif
