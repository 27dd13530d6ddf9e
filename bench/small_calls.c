/* Times calls too short for a foreign-function interface: encoding a message of 100 bytes, decoding the ids of a text file.
 * Usage: small_calls tokenizer.json text. Prints nanoseconds a message, and nanoseconds a token. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "typecase.h"

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int count, char **arguments) {
    static const char message[] =
        "Could you tell me what the weather will be like in Paris tomorrow, and whether I need an umbrella? Thx!";
    typecase_tokenizer *tokenizer;
    if (count != 3 || typecase_tokenizer_open(arguments[1], strlen(arguments[1]), &tokenizer, NULL) != TYPECASE_OK) return 1;
    uint32_t ids[128];
    size_t found;
    double best = 1e18;
    for (int round = 0; round < 50; round++) {
        double start = now();
        for (int i = 0; i < 4000; i++)
            if (typecase_tokenizer_encode_into(tokenizer, message, 100, NULL, ids, 128, &found, NULL) != TYPECASE_OK) return 2;
        double spent = (now() - start) / 4000;
        if (spent < best) best = spent;
    }
    FILE *file = fopen(arguments[2], "rb");
    if (file == NULL) return 3;
    char *text = malloc(1 << 22);
    uint32_t *all = malloc((1 << 22) * sizeof *all);
    size_t size = fread(text, 1, 1 << 22, file);
    fclose(file);
    if (typecase_tokenizer_encode_into(tokenizer, text, size, NULL, all, 1 << 22, &found, NULL) != TYPECASE_OK) return 4;
    double token = 1e18;
    for (int round = 0; round < 20; round++) {
        typecase_text *decoded;
        double start = now();
        if (typecase_tokenizer_decode(tokenizer, all, found, 0, &decoded, NULL) != TYPECASE_OK) return 5;
        typecase_text_free(decoded);
        double spent = (now() - start) / found;
        if (spent < token) token = spent;
    }
    printf("%.1f %.4f\n", best, token);
    return 0;
}
