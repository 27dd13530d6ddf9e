/* What the tests in C share. */
#ifndef TYPECASE_TESTS_CHECK_H
#define TYPECASE_TESTS_CHECK_H
#include <stdio.h>
#include <string.h>
#include <typecase.h>

#undef NDEBUG
#include <assert.h>

#define TEXT(literal) literal, strlen(literal)

static typecase_error *error;

/* A call must fail with this status, and tell why. */
static void fails(typecase_status got, typecase_status expected, const char *words) {
    if (got != expected || !error || typecase_error_status(error) != expected || !strstr(typecase_error_message(error, NULL), words)) {
        fprintf(stderr, "expected %s with \"%s\", got %s: %s\n", typecase_status_name(expected), words, typecase_status_name(got),
                typecase_error_message(error, NULL));
        assert(0);
    }
    typecase_error_free(error);
    error = NULL;
}

/* A call must succeed. */
static inline void works(typecase_status got) {
    if (got != TYPECASE_OK) fprintf(stderr, "%s: %s\n", typecase_status_name(got), typecase_error_message(error, NULL));
    assert(got == TYPECASE_OK && !error);
}
#endif
