#ifndef TYPECASE_CSCAN_H
#define TYPECASE_CSCAN_H
#include <stddef.h>

/* The offset of the first occurrence of needle in text, or -1. Linear (the C library's memmem, which Swift cannot see). */
ptrdiff_t cscan_find(const void *text, size_t text_length, const void *needle, size_t needle_length);
#endif
