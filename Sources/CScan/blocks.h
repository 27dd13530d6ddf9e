#pragma once

#include <stdint.h>
#include <string.h>

/* One body in the compiler's vector types, compiled for each set of instructions: what a comparison of 64 bytes becomes is
 * the compiler's affair, what it means is the same everywhere. */
typedef uint8_t bytes64 __attribute__((ext_vector_type(64)));
typedef _Bool bits64 __attribute__((ext_vector_type(64)));

#define MASK(condition)                                                            \
    ({                                                                             \
        bits64 bits = __builtin_convertvector((condition), bits64);               \
        uint64_t mask;                                                             \
        memcpy(&mask, &bits, sizeof mask);                                         \
        mask;                                                                      \
    })
