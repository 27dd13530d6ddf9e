#include "CScan.h"
#include <string.h>

/* As in classify.c: one body in the compiler's vector types, compiled for each set of instructions. Its parts are never called, so how
 * vectors would be passed is nobody's affair. */
#pragma clang diagnostic ignored "-Wpsabi"
#define INLINE static inline __attribute__((always_inline))

typedef uint32_t words32 __attribute__((ext_vector_type(CSCAN_WORDS)));
typedef int32_t signed32 __attribute__((ext_vector_type(CSCAN_WORDS)));
typedef uint64_t words64 __attribute__((ext_vector_type(CSCAN_WORDS)));
typedef _Bool bits16 __attribute__((ext_vector_type(CSCAN_WORDS)));

#define WIDE(x) __builtin_convertvector(x, words64)
#define NARROW(x) __builtin_convertvector(x, words32)

#define NO_RANK 0xFFFFFu
/* No pair: above the keys of all ranks, also where one less is written for each place that it moves. */
#define NO_KEY INT32_MAX
#define LIMIT ((int32_t)(NO_RANK << 6))

/* Sixteen loads: no slower than an instruction for them, where there is one. */
#define GATHER(type, table, places)                                                     \
    ({                                                                                  \
        uint32_t at[CSCAN_WORDS];                                                       \
        type found[CSCAN_WORDS];                                                        \
        words32 index = (places);                                                       \
        memcpy(at, &index, sizeof at);                                                  \
        for (int word = 0; word < CSCAN_WORDS; word++) found[word] = (table)[at[word]]; \
        type __attribute__((ext_vector_type(CSCAN_WORDS))) result;                      \
        memcpy(&result, found, sizeof result);                                          \
        result;                                                                         \
    })

#define EXPECT(table, places)                                                              \
    do {                                                                                   \
        uint32_t at[CSCAN_WORDS];                                                          \
        words32 index = (places);                                                          \
        memcpy(at, &index, sizeof at);                                                     \
        for (int word = 0; word < CSCAN_WORDS; word++) cscan_prefetch((table) + at[word]); \
    } while (0)

#define ROW(type, rows, row)                                        \
    ({                                                              \
        type of_row;                                                \
        memcpy(&of_row, (rows) + CSCAN_WORDS * (row), sizeof of_row); \
        of_row;                                                     \
    })

#define SET_ROW(rows, row, vector)                                    \
    do {                                                              \
        __typeof__(vector) of_row = (vector);                         \
        memcpy((rows) + CSCAN_WORDS * (row), &of_row, sizeof of_row); \
    } while (0)

INLINE int is_any(words32 condition) {
    bits16 bits = __builtin_convertvector(condition, bits16);
    uint16_t mask;
    memcpy(&mask, &bits, sizeof mask);
    return mask != 0;
}

/* Where pairs would be, and what a mark there begins with that is theirs: as PairView says it. */
typedef struct {
    words32 slot, tag;
} places;

INLINE words64 hash(const cscan_pairs *pairs, words32 left, words32 right) {
    words64 key = WIDE(left) << 22 | WIDE(right);
    return (key ^ key >> 23) * pairs->multiplier;
}

INLINE words32 tag(words64 hash) { return NARROW(hash) << 16 & ~NO_RANK; }

/* Finds where pairs would be, and asks for the marks there. */
INLINE places place(const cscan_pairs *pairs, words32 left, words32 right) {
    words64 hashes = hash(pairs, left, right);
    words32 displacement = GATHER(uint32_t, pairs->displacements, NARROW(hashes >> pairs->bucket_shift));
    words32 spread = NARROW(hashes >> 16) * (displacement << 1 | 1);
    words32 slot = NARROW(WIDE(spread) * pairs->size >> 32);
    EXPECT(pairs->marks, slot);
    return (places){slot, tag(hashes)};
}

INLINE words32 likely_rank(const cscan_pairs *pairs, places places) {
    words32 rank = GATHER(uint32_t, pairs->marks, places.slot) ^ places.tag;
    return rank < NO_RANK ? rank : NO_RANK;
}

/* What each pair makes at its rank, and in `is_pair` all bits where it has that rank. */
INLINE words32 make(const cscan_pairs *pairs, words32 left, words32 right, words32 rank, words32 *is_pair) {
    words64 key = WIDE(left) << 22 | WIDE(right);
    rank = rank < pairs->last_rank ? rank : pairs->last_rank;
    if (pairs->has_merges) {
        words64 merge = GATHER(uint64_t, pairs->merges, rank);
        *is_pair = NARROW((words64)(merge >> 20 == key));
        return NARROW(merge) & NO_RANK;
    }
    words64 slot = GATHER(uint64_t, pairs->slots, place(pairs, left, right).slot);
    *is_pair = NARROW((words64)(slot >> 20 == key));
    return GATHER(uint32_t, pairs->results, rank);
}

/* Sixteen words while they are merged. */
typedef struct {
    uint32_t *symbols;
    int32_t *keys;
    words32 counts;
    /* The lowest key of each. */
    signed32 lowest;
    /* Above the counts of all that have pairs left. */
    size_t rows;
    /* The last merge: where it was, behind which row symbols move, the row before if there is one, what it made, and where the pairs would
     * be that this makes with its neighbours. */
    words32 at, moved_after, before, merged;
    places first, second;
    int has_moved;
} group;

/* Asks for what the merges at the lowest keys make. */
INLINE void expect_merges(const cscan_pairs *pairs, const group *group) {
    words32 rank = (words32)group->lowest >> 6;
    if (pairs->has_merges) EXPECT(pairs->merges, (words32)(rank < pairs->last_rank ? rank : pairs->last_rank));
}

/* Finds where the pairs of words would be that have no keys yet, which those then say. */
INLINE void start(const cscan_pairs *pairs, group *group, int has_keys) {
    size_t rows = 0;
    for (int word = 0; word < CSCAN_WORDS; word++) rows = group->counts[word] > rows ? group->counts[word] : rows;
    group->rows = rows;
    if (has_keys || rows == 0) return;
    words32 left = ROW(words32, group->symbols, 0);
    for (size_t row = 0; row + 1 < rows; row++) {
        words32 right = ROW(words32, group->symbols, row + 1);
        SET_ROW(group->keys, row, place(pairs, left, right).slot);
        left = right;
    }
}

/* Finds the keys that are not known, and the lowest of each word. */
INLINE void find_keys(const cscan_pairs *pairs, group *group, int has_keys) {
    signed32 lowest = NO_KEY, none = NO_KEY;
    words32 left = ROW(words32, group->symbols, 0);
    for (size_t row = 0; row < group->rows; row++) {
        words32 key = ROW(words32, group->keys, row);
        if (!has_keys) {
            words32 right = ROW(words32, group->symbols, row + 1);
            places places = {row + 1 < group->rows ? key : 0, tag(hash(pairs, left, right))};
            key = likely_rank(pairs, places) << 6 | (uint32_t)row;
            left = right;
        }
        signed32 known = (signed32)((uint32_t)row + 1 < group->counts) ? (signed32)key : none;
        SET_ROW(group->keys, row, known);
        lowest = lowest < known ? lowest : known;
    }
    SET_ROW(group->keys, group->rows, none);
    group->lowest = lowest;
    expect_merges(pairs, group);
}

/* Merges the lowest pair of each word that has one; `settle` must follow. Where it was no pair after all, another is the lowest then. */
INLINE void merge(const cscan_pairs *pairs, group *group) {
    const words32 words = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    words32 is_active = (words32)(group->lowest < LIMIT);
    words32 at = (words32)group->lowest & 63 & is_active;
    words32 is_behind = (words32)(at > 0);
    words32 i = at * CSCAN_WORDS + words;
    words32 left = GATHER(uint32_t, group->symbols, i), right = GATHER(uint32_t, group->symbols, i + CSCAN_WORDS);
    words32 previous = GATHER(uint32_t, group->symbols, i - (is_behind & CSCAN_WORDS));
    words32 next = GATHER(uint32_t, group->symbols, i + 2 * CSCAN_WORDS);
    words32 is_pair, merged = make(pairs, left, right, (words32)group->lowest >> 6, &is_pair);
    is_pair &= is_active;
    words32 has_previous = is_pair & is_behind, has_next = is_pair & (words32)(at + 2 < group->counts);
    group->first = place(pairs, previous, merged);
    group->second = place(pairs, merged, next);
    words32 none = (uint32_t)pairs->size;
    group->first.slot = has_previous ? group->first.slot : none;
    group->second.slot = has_next ? group->second.slot : none;
    group->first.tag &= has_previous;
    group->second.tag &= has_next;
    group->merged = is_pair ? merged : left;
    group->at = at;
    group->before = has_previous ? at - 1 : INT32_MAX;
    group->moved_after = is_pair ? at : INT32_MAX;
    group->counts += is_pair;
    group->has_moved = !is_any(is_active & ~is_pair);
}

/* Moves what is behind the pairs that were merged, and finds the keys of the pairs that this made and the lowest of all. */
INLINE void settle(const cscan_pairs *pairs, group *group) {
    words32 at = group->at, before = group->before, moved_after = group->moved_after, merged = group->merged;
    signed32 first = (signed32)(likely_rank(pairs, group->first) << 6 | (before & 63));
    signed32 second = (signed32)(likely_rank(pairs, group->second) << 6 | at);
    signed32 lowest = NO_KEY, key = ROW(signed32, group->keys, 0);
    words32 symbol = ROW(words32, group->symbols, 0);
    for (size_t row = 0; row < group->rows; row++) {
        words32 next = ROW(words32, group->symbols, row + 1);
        signed32 next_key = ROW(signed32, group->keys, row + 1);
        signed32 moves = (signed32)(moved_after < (uint32_t)row), is_here = (signed32)(at == (uint32_t)row);
        symbol = is_here ? merged : moves ? next : symbol;
        key = is_here ? second : (signed32)(before == (uint32_t)row) ? first : moves ? next_key - 1 : key;
        SET_ROW(group->symbols, row, symbol);
        SET_ROW(group->keys, row, key);
        lowest = lowest < key ? lowest : key;
        symbol = next;
        key = next_key;
    }
    group->lowest = lowest;
    expect_merges(pairs, group);
    group->rows -= (size_t)group->has_moved;
}

INLINE void merge_groups(const cscan_pairs *pairs, cscan_group *groups, size_t count) {
    group all[CSCAN_GROUPS];
    size_t left[CSCAN_GROUPS];
    for (size_t i = 0; i < count; i++) {
        all[i].symbols = groups[i].symbols;
        all[i].keys = groups[i].keys;
        memcpy(&all[i].counts, groups[i].counts, sizeof all[i].counts);
        start(pairs, &all[i], groups[i].has_keys);
        left[i] = i;
    }
    for (size_t i = 0; i < count; i++) find_keys(pairs, &all[i], groups[i].has_keys);
    /* What one group waits for, memory, the others do not. */
    for (size_t some = count; some > 0;) {
        size_t kept = 0;
        for (size_t k = 0; k < some; k++)
            if (is_any((words32)(all[left[k]].lowest < LIMIT))) left[kept++] = left[k];
        some = kept;
        for (size_t k = 0; k < some; k++) merge(pairs, &all[left[k]]);
        for (size_t k = 0; k < some; k++) settle(pairs, &all[left[k]]);
    }
    for (size_t i = 0; i < count; i++) memcpy(groups[i].counts, &all[i].counts, sizeof all[i].counts);
}

static void merge_base(const cscan_pairs *pairs, cscan_group *groups, size_t count) { merge_groups(pairs, groups, count); }

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void merge_avx2(const cscan_pairs *pairs, cscan_group *groups, size_t count) {
    merge_groups(pairs, groups, count);
}

__attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512dq"), min_vector_width(512))) static void merge_avx512(
    const cscan_pairs *pairs, cscan_group *groups, size_t count) {
    merge_groups(pairs, groups, count);
}

void cscan_merge_at(int level, const cscan_pairs *pairs, cscan_group *groups, size_t count) {
    switch (level) {
    case 3: merge_avx512(pairs, groups, count); return;
    case 2: merge_avx2(pairs, groups, count); return;
    default: merge_base(pairs, groups, count); return;
    }
}
#else
void cscan_merge_at(int level, const cscan_pairs *pairs, cscan_group *groups, size_t count) {
    (void)level;
    merge_base(pairs, groups, count);
}
#endif
