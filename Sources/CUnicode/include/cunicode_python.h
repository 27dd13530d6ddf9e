#ifndef CUNICODE_PYTHON_H
#define CUNICODE_PYTHON_H

#include <stddef.h>
#include <stdint.h>

/// What CPython 3.11 (Unicode 14) knows about a code point. Swift's standard library follows a newer Unicode.
enum {
    CUNICODE_ALPHA = 1 << 0,
    CUNICODE_DECIMAL = 1 << 1,
    CUNICODE_DIGIT = 1 << 2,
    CUNICODE_NUMERIC = 1 << 3,
    CUNICODE_UPPER = 1 << 4,
    CUNICODE_LOWER = 1 << 5,
    CUNICODE_TITLE = 1 << 6,
    CUNICODE_SPACE = 1 << 7,
    CUNICODE_PRINTABLE = 1 << 8,
    CUNICODE_CASED = 1 << 9,
    CUNICODE_CASE_IGNORABLE = 1 << 10,
    CUNICODE_ID_START = 1 << 11,
    CUNICODE_ID_CONTINUE = 1 << 12,
    CUNICODE_LINE_BREAK = 1 << 13,
};

typedef struct {
    uint16_t flags;
    uint8_t decimal;
    int32_t upper, lower, title, fold;
} cunicode_python_record;

/// Never NULL. Constant time, no allocation.
const cunicode_python_record *_Nonnull cunicode_python(uint32_t code);

/// Applies one of the four mappings of a record: writes up to three code points and returns how many.
uint32_t cunicode_python_map(uint32_t code, int32_t mapping, uint32_t *_Nonnull out);

#endif
