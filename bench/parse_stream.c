/* What a token costs that is pushed alone: parse_stream MODEL TEXT REPEATS. Prints nanoseconds a token, events fetched. */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <typecase.h>

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    typecase_model *model = NULL;
    typecase_tokenizer *tokenizer = NULL;
    typecase_encoding *encoding = NULL;
    if (typecase_model_open(argv[1], strlen(argv[1]), &model, NULL) != TYPECASE_OK) return 1;
    if (typecase_model_tokenizer(model, &tokenizer, NULL) != TYPECASE_OK) return 1;
    if (typecase_tokenizer_encode(tokenizer, argv[2], strlen(argv[2]), NULL, &encoding, NULL) != TYPECASE_OK) return 1;
    size_t count;
    const uint32_t *ids = typecase_encoding_ids(encoding, &count);
    double best = 1e18;
    size_t events = 0, total = count * (size_t)atol(argv[3]);
    for (int round = 0; round < 5; round++) {
        typecase_parser *parser = NULL;
        if (typecase_parser_new(model, NULL, 0, NULL, 0, &parser, NULL) != TYPECASE_OK) return 1;
        struct timespec begin, end;
        clock_gettime(CLOCK_MONOTONIC, &begin);
        events = 0;
        for (size_t i = 0; i < total; i++) {
            if (typecase_parser_push(parser, &ids[i % count], 1, NULL) != TYPECASE_OK) return 1;
            uint32_t kind;
            while (typecase_parser_next(parser, &kind, NULL, NULL, NULL)) events++;
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        double spent = (double)(end.tv_sec - begin.tv_sec) * 1e9 + (double)(end.tv_nsec - begin.tv_nsec);
        if (spent < best) best = spent;
        typecase_parser_free(parser);
    }
    printf("%.1f %zu\n", best / (double)total, events);
    typecase_encoding_free(encoding);
    typecase_tokenizer_free(tokenizer);
    typecase_model_free(model);
    return 0;
}
