/* What CScan does with the instructions of a processor against plain C: for processors that the tests do not run on, in an emulator
 * (`make test-arm64`). Prints what differs, and nothing otherwise. */
#include "CScan.h"
#include <stdio.h>
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
    }
    return 0;
}

static int find(void) {
    uint8_t text[300];
    for (int round = 0; round < 20000; round++) {
        size_t length = next() % 300, count = 1 + next() % 8, expected = 0;
        uint8_t set[8];
        for (size_t i = 0; i < 8; i++) set[i] = i < count ? (uint8_t)next() : set[0];
        for (size_t i = 0; i < length; i++) text[i] = (uint8_t)(next() % (round % 2 ? 256 : 4));
        while (expected < length && memchr(set, text[expected], 8) == NULL) expected++;
        if (cscan_find_any(text, length, set, count) != expected) return printf("cscan_find_any differs\n");
    }
    return 0;
}

/* Texts that are UTF-8 but for a byte, nearly always. */
static int valid(void) {
    static const char *const pieces[] = {"a", "\xC3\xA9", "\xE5\xAD\x97", "\xEA\xB0\x80", "\xE4\xB7\xBF", "\xE9\xBE\xA5", "\xF0\x9F\x98\x80",
        "\xE3\x81\x82", "\xE3\x82\x99", "\xE3\x83\xBC", "\xE3\x83\xBB", "\xE3\x80\x82", "\xE3\x80\x85", "\xEF\xBC\x8C", "\xE2\x80\xA6"};
    uint8_t text[320];
    for (int round = 0; round < 20000; round++) {
        size_t length = 0;
        while (length < 300) {
            const char *piece = pieces[next() % (sizeof pieces / sizeof *pieces)];
            for (size_t i = 0; piece[i] != 0; i++) text[length++] = (uint8_t)piece[i];
        }
        if (round % 2) text[next() % length] = (uint8_t)next();
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

static int lowest(void) {
    int32_t numbers[64];
    for (int round = 0; round < 20000; round++) {
        size_t count = 1 + next() % 4;
        int32_t expected = INT32_MAX;
        for (size_t i = 0; i < 16 * count; i++) {
            numbers[i] = (int32_t)(next() % (1u << 26)) + (1 << 26);
            if (numbers[i] < expected) expected = numbers[i];
        }
        if (cscan_lowest(numbers, count) != expected) return printf("cscan_lowest differs\n");
    }
    return 0;
}

int main(void) { return classify() || find() || valid() || lowest(); }
