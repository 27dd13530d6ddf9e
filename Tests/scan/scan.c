/* What CScan does with the instructions of a processor against plain C: for processors that the tests do not run on, in an emulator
 * (`make test-arm64`). Prints what differs, and nothing otherwise. */
#include "CScan.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 88172645463325252u;
static uint32_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32);
}

static int classify(void) {
    uint8_t text[64];
    for (int round = 0; round < 20000; round++) {
        for (int i = 0; i < 64; i++) text[i] = (uint8_t)(round % 2 ? next() : next() % 128);
        cscan_classes plain, found;
        cscan_classify_at(0, text, &plain);
        for (int level = 1; level <= cscan_levels(); level++) {
            cscan_classify_at(level, text, &found);
            if (memcmp(&plain, &found, sizeof plain) != 0) return printf("cscan_classify_at(%d) differs\n", level);
        }
        cscan_classify(text, &found);
        if (memcmp(&plain, &found, sizeof plain) != 0) return printf("cscan_classify differs\n");
        uint64_t newlines = 0;
        for (int i = 0; i < 64; i++) newlines |= (uint64_t)(text[i] == '\n') << i;
        if (cscan_newlines(text) != newlines) return printf("cscan_newlines differs\n");
    }
    return 0;
}

static int places(void) {
    for (int round = 0; round < 20000; round++) {
        uint64_t bits = (uint64_t)next() << 32 | next();
        for (int k = round % 6; k > 0; k--) bits &= (uint64_t)next() << 32 | next();
        ptrdiff_t expected[64], found[65];
        size_t count = 0;
        for (int i = 0; i < 64; i++)
            if (bits >> i & 1) expected[count++] = 1000 + i;
        for (int level = 0; level <= cscan_levels(); level++) {
            found[64] = -1;
            if (cscan_write_places_at(level, bits, 1000, found) != count || memcmp(found, expected, count * sizeof *found) != 0 || found[64] != -1)
                return printf("cscan_write_places_at(%d) differs\n", level);
        }
    }
    return 0;
}

static int replace(void) {
    for (int round = 0; round < 20000; round++) {
        size_t length = next() % 400, count = 0, width = 1 + next() % 8;
        unsigned range = round % 3 == 0 ? 256 : round % 3 == 1 ? 40 : 2;
        cscan_replacement with = {.byte = (uint8_t)(next() % range), .length = (uint8_t)width};
        for (size_t i = 0; i < 8; i++) with.content[i] = (uint8_t)next();
        /* Of this size: what is read behind it is an error. */
        uint8_t *text = malloc(length + 1), *expected = malloc(8 * length + 1), *found = malloc(8 * length + CSCAN_SLACK), *out = expected;
        for (size_t i = 0; i < length; i++) text[i + 1] = (uint8_t)(next() % range);
        for (size_t i = 0; i < length; i++) {
            if (text[i + 1] != with.byte) *out++ = text[i + 1];
            else for (size_t k = 0; k < width; k++) *out++ = with.content[k];
            count += text[i + 1] == with.byte;
        }
        for (int level = 0; level <= cscan_levels(); level++) {
            if (cscan_count_at(level, text + 1, length, with.byte) != count) return printf("cscan_count_at(%d) differs\n", level);
            size_t written = cscan_replace_at(level, text + 1, length, &with, found);
            if (written != (size_t)(out - expected) || memcmp(found, expected, written) != 0) return printf("cscan_replace_at(%d) differs\n", level);
        }
        free(text), free(expected), free(found);
    }
    return 0;
}

static int find(void) {
    for (int round = 0; round < 20000; round++) {
        size_t length = next() % 300, expected = 0;
        cscan_starts starts = {.first_count = (uint8_t)(1 + next() % 8), .second_count = (uint8_t)(next() % 9)};
        unsigned range = round % 3 == 0 ? 256 : round % 3 == 1 ? 40 : 4;
        for (size_t i = 0; i < 8; i++) {
            starts.first[i] = i < starts.first_count ? (uint8_t)(next() % range) : starts.first[0];
            starts.second[i] = i < starts.second_count ? (uint8_t)(next() % range) : starts.second[0];
        }
        uint8_t *text = malloc(length + 1);
        for (size_t i = 0; i < length; i++) text[i] = (uint8_t)(next() % range);
        for (; expected < length; expected++) {
            if (memchr(starts.first, text[expected], 8) == NULL) continue;
            if (starts.second_count == 0) break;
            if (expected + 1 < length && memchr(starts.second, text[expected + 1], 8) != NULL) break;
        }
        if (cscan_find_start(text, length, &starts) != expected) return printf("cscan_find_start differs\n");
        free(text);
    }
    return 0;
}

/* Texts that are UTF-8 but for a byte, nearly always. */
static int valid(void) {
    static const char *const pieces[] = {"a", "\xC3\xA9", "\xE5\xAD\x97", "\xEA\xB0\x80", "\xE4\xB7\xBF", "\xE9\xBE\xA5", "\xF0\x9F\x98\x80",
        "\xE3\x81\x82", "\xE3\x82\x99", "\xE3\x83\xBC", "\xE3\x83\xBB", "\xE3\x80\x82", "\xE3\x80\x85", "\xEF\xBC\x8C", "\xE2\x80\xA6",
        "\xE0\xA4\x95", "\xED\x95\x9C", "\xF4\x80\x80\x80", "\xF0\x90\x80\x80"};
    static const uint8_t bytes[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0xF5, 0xFF};
    uint8_t text[320];
    for (int round = 0; round < 20000; round++) {
        size_t length = 0;
        /* A few kinds in each text: some say more of what may follow, and are not to hide what others say. */
        uint32_t kinds[3];
        for (int k = 0; k < 3; k++) kinds[k] = next() % (sizeof pieces / sizeof *pieces);
        while (length < 300) {
            const char *piece = pieces[kinds[next() % 3]];
            for (size_t i = 0; piece[i] != 0; i++) text[length++] = (uint8_t)piece[i];
        }
        if (round % 2) text[next() % length] = (uint8_t)next();
        /* Often where one block ends and another begins. */
        if (round % 4 > 1) text[next() % 2 ? next() % length : 62 + next() % 4] = bytes[next() % sizeof bytes];
        for (int level = 1; level <= cscan_levels(); level++) {
            if (cscan_valid_at(level, text, length) != cscan_valid_at(0, text, length)) return printf("cscan_valid_at(%d) differs\n", level);
            for (int with = 0; with < 2; with++)
                if (cscan_leads_at(level, text, with) != cscan_leads_at(0, text, with)) return printf("cscan_leads_at(%d) differs\n", level);
            cscan_classes plain, found;
            cscan_classify_at(0, text, &plain);
            cscan_classify_at(level, text, &found);
            if (memcmp(&plain, &found, sizeof plain) != 0) return printf("cscan_classify_at(%d) differs\n", level);
        }
    }
    return 0;
}

/* Some pairs of eight symbols, each of which has a slot of its own. */
#define SLOTS 4096
#define PAIRS 40
typedef struct {
    uint32_t marks[SLOTS + 1], left[PAIRS], right[PAIRS];
    uint64_t merges[PAIRS], multiplier;
    uint16_t displacements[16];
} tables;

/* The rank of a pair that is one of the first count, else count. */
static uint32_t rank_of(const tables *t, uint32_t count, uint32_t left, uint32_t right) {
    uint32_t rank = 0;
    while (rank < count && (t->left[rank] != left || t->right[rank] != right)) rank++;
    return rank;
}

static void make_tables(tables *t) {
    for (uint32_t rank = 0; rank < PAIRS;) {
        if (rank == 0) {
            memset(t, 0, sizeof *t);
            memset(t->marks, 0xFF, sizeof t->marks);
            t->multiplier = (uint64_t)next() << 33 ^ (uint64_t)next() << 3 ^ 1;
        }
        uint32_t left = next() % 8, right = next() % 8;
        if (rank_of(t, rank, left, right) < rank) continue;
        uint64_t key = (uint64_t)left << 22 | right, hash = (key ^ key >> 23) * t->multiplier;
        uint32_t slot = (uint32_t)((uint64_t)(uint32_t)(hash >> 16) * SLOTS >> 32);
        if (t->marks[slot] != UINT32_MAX) {
            rank = 0;
            continue;
        }
        t->marks[slot] = ((uint32_t)hash << 16 & 0xFFF00000u) | rank;
        t->merges[rank] = key << 20 | next() % 8;
        t->left[rank] = left;
        t->right[rank++] = right;
    }
}

static size_t merge_alone(const tables *t, uint32_t *symbols, size_t count) {
    for (;;) {
        uint32_t lowest = PAIRS;
        size_t at = 0;
        for (size_t i = 0; i + 1 < count; i++) {
            uint32_t rank = rank_of(t, PAIRS, symbols[i], symbols[i + 1]);
            if (rank < lowest) lowest = rank, at = i;
        }
        if (lowest == PAIRS) return count;
        symbols[at] = t->merges[lowest] & 0xFFFFF;
        count--;
        memmove(symbols + at + 1, symbols + at + 2, (count - at - 1) * sizeof *symbols);
    }
}

#define WORDS 150
#define ROOM (64 + CSCAN_BLOCK)
static int merge(void) {
    static uint32_t symbols[WORDS][64], expected[WORDS][64], sizes[WORDS];
    static int32_t keys[WORDS][ROOM];
    static tables t;
    for (int round = 0; round < 2000; round++) {
        make_tables(&t);
        uint64_t none = 1;
        while ((t.marks[(uint64_t)(uint32_t)(none >> 16) * SLOTS >> 32] ^ ((uint32_t)none << 16 & 0xFFF00000u)) < 0xFFFFF) none += 3;
        cscan_pairs pairs = {t.marks, t.displacements, t.merges, t.merges, t.marks, 60, SLOTS, t.multiplier, none, PAIRS - 1, 1};
        uint32_t longest = 1 + next() % 64;
        cscan_word words[WORDS];
        int count = next() % 8 == 0 ? 1 : WORDS;
        for (int i = 0; i < count; i++) {
            int has_keys = next() % 2 == 0;
            sizes[i] = 1 + next() % longest;
            for (uint32_t k = 0; k < sizes[i]; k++) expected[i][k] = symbols[i][k] = next() % 8;
            for (uint32_t k = 0; has_keys && k < sizes[i] + CSCAN_BLOCK - 1; k++) {
                uint32_t rank = k + 1 < sizes[i] ? rank_of(&t, PAIRS, symbols[i][k], symbols[i][k + 1]) : PAIRS;
                keys[i][k] = (int32_t)((rank == PAIRS ? 0xFFFFF : rank) << 6 | (k + 1 < sizes[i] ? k : 0));
            }
            words[i] = (cscan_word){.symbols = symbols[i], .keys = keys[i], .full = ~0ull >> (64 - sizes[i]), .has_keys = (uint8_t)has_keys};
        }
        cscan_merge_at(1 + round % cscan_levels(), &pairs, words, (size_t)count);
        for (int i = 0; i < count; i++) {
            size_t left = merge_alone(&t, expected[i], sizes[i]), k = 0;
            for (uint64_t full = words[i].full; full != 0; full &= full - 1, k++)
                if (k == left || symbols[i][__builtin_ctzll(full)] != expected[i][k]) return printf("cscan_merge_at differs\n");
            if (k != left) return printf("cscan_merge_at leaves another count\n");
        }
    }
    return 0;
}

int main(void) { return classify() || find() || places() || replace() || valid() || merge(); }
