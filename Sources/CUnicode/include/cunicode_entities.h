#ifndef CUNICODE_ENTITIES_H
#define CUNICODE_ENTITIES_H

#include <stddef.h>
#include <stdint.h>

/// The code points, one or two, that a named character reference of HTML stands for, such as "amp;" or "amp". Returns
/// how many they are: 0 for a name that HTML does not have. Logarithmic time, no allocation.
uint32_t cunicode_entity(const uint8_t *_Nonnull name, size_t length, uint32_t *_Nonnull out);

#endif
