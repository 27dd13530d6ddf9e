#ifndef TYPECASE_CSCAN_H
#define TYPECASE_CSCAN_H
#include <stddef.h>
#include <stdint.h>

/* The offset of the first occurrence of needle in text, or -1. Linear (the C library's memmem, which Swift cannot see). */
ptrdiff_t cscan_find(const void *text, size_t text_length, const void *needle, size_t needle_length);

/* What 64 bytes are, a bit for each: bit i is byte i. A byte of 0x80 or more is in `high` alone, and in `lead` where it is
 * 0xC0 or more. `blank` is TAB, VT and FF; `newline` CR and LF; `control` the other control characters. The rest of ASCII is in no mask but its own. */
typedef struct {
    uint64_t upper, lower, digit, space, newline, blank, quote, slash, control, high, lead;
} cscan_classes;

/* Classifies the 64 bytes at p. */
void cscan_classify(const uint8_t *p, cscan_classes *classes);

/* The instructions that this processor can classify with: 0 is plain C, and so on up to the number returned. For tests:
 * cscan_classify() takes the last. */
int cscan_levels(void);
void cscan_classify_at(int level, const uint8_t *p, cscan_classes *classes);

/* The offset of the first byte that is one of the first count, 1 to 8, of `set`; `length` where there is none. The others
 * repeat one of them. */
size_t cscan_find_any(const uint8_t *p, size_t length, const uint8_t set[8], size_t count);

/* Asks for the cache line at p, which is about to be read. */
static inline void cscan_prefetch(const void *p) { __builtin_prefetch(p, 0, 3); }
#endif
