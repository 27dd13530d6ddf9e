#ifndef TYPECASE_CJANSSON_H
#define TYPECASE_CJANSSON_H
#include <jansson.h>

/* Function-like macros and inline iteration do not import into Swift: these are their typed forms. */
static inline int cjansson_typeof(const json_t *value) { return (int)json_typeof(value); }
static inline int cjansson_error_code(const json_error_t *error) { return (int)json_error_code(error); }
#endif
