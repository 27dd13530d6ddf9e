#define _GNU_SOURCE
#include "cunicode_python.h"

#include <string.h>

const uint8_t *cunicode_find(const uint8_t *text, size_t text_len, const uint8_t *part, size_t part_len) {
    return memmem(text, text_len, part, part_len);
}
