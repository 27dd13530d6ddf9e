/* The interface from C99: what it answers to right and to wrong calls. test_c MODEL_DIRECTORY */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <typecase.h>
#include <unistd.h>

#include "check.h"

static void version_and_names(void) {
    char expected[32];
    snprintf(expected, sizeof expected, "%d.%d.%d", TYPECASE_VERSION_MAJOR, TYPECASE_VERSION_MINOR, TYPECASE_VERSION_PATCH);
    assert(strcmp(typecase_version(), expected) == 0);
    assert(strcmp(typecase_status_name(TYPECASE_OK), "TYPECASE_OK") == 0);
    assert(strcmp(typecase_status_name(TYPECASE_ERR_FORKED), "TYPECASE_ERR_FORKED") == 0);
    assert(strcmp(typecase_status_name(TYPECASE_ERR_NOT_EXTENDABLE), "TYPECASE_ERR_NOT_EXTENDABLE") == 0);
    assert(strcmp(typecase_status_name((typecase_status)999), "TYPECASE_ERR_UNKNOWN") == 0);
}

/* Every function answers NULL, and leaves its outputs alone. */
static void nulls(void) {
    typecase_tokenizer *tokenizer = NULL;
    typecase_template *template_ = NULL;
    typecase_model *model = NULL;
    typecase_backend *backend = NULL;
    typecase_client *client = NULL;
    typecase_completion *completion = NULL;
    typecase_chat *chat = NULL;
    typecase_rendered *rendered = NULL;
    typecase_encoding *encoding = NULL;
    typecase_decoder *decoder = NULL;
    const char *piece = NULL;
    typecase_text *text = NULL;
    size_t count = 7, shape[3];
    fails(typecase_tokenizer_open(NULL, 0, &tokenizer, &error), TYPECASE_ERR_ARGUMENT, "path is NULL");
    fails(typecase_tokenizer_open("", 0, &tokenizer, &error), TYPECASE_ERR_ARGUMENT, "path is empty");
    fails(typecase_tokenizer_open("a\0b", 3, &tokenizer, &error), TYPECASE_ERR_ARGUMENT, "NUL");
    fails(typecase_tokenizer_new(NULL, 0, &tokenizer, &error), TYPECASE_ERR_ARGUMENT, "json is NULL");
    fails(typecase_tokenizer_new("{}", SIZE_MAX, &tokenizer, &error), TYPECASE_ERR_ARGUMENT, "length of json");
    fails(typecase_tokenizer_new("", 0, &tokenizer, &error), TYPECASE_ERR_JSON, "empty");
    fails(typecase_tokenizer_encode(NULL, TEXT("a"), NULL, &encoding, &error), TYPECASE_ERR_ARGUMENT, "tokenizer is NULL");
    fails(typecase_tokenizer_encode_batch(NULL, NULL, NULL, 1, NULL, &encoding, &error), TYPECASE_ERR_ARGUMENT, "tokenizer is NULL");
    fails(typecase_tokenizer_encode_into(NULL, TEXT("a"), NULL, NULL, 0, &count, &error), TYPECASE_ERR_ARGUMENT, "tokenizer is NULL");
    fails(typecase_tokenizer_decode(NULL, NULL, 0, 0, &text, &error), TYPECASE_ERR_ARGUMENT, "tokenizer is NULL");
    fails(typecase_tokenizer_id_to_token(NULL, 0, &text, &error), TYPECASE_ERR_ARGUMENT, "tokenizer is NULL");
    fails(typecase_tokenizer_token_bytes(NULL, 0, &text, &error), TYPECASE_ERR_ARGUMENT, "tokenizer is NULL");
    fails(typecase_tokenizer_encode_pair(NULL, TEXT("a"), TEXT("b"), NULL, &encoding, &error), TYPECASE_ERR_ARGUMENT, "tokenizer is NULL");
    fails(typecase_tokenizer_new_tekken(NULL, 0, &tokenizer, &error), TYPECASE_ERR_ARGUMENT, "json is NULL");
    fails(typecase_tokenizer_new_tekken(TEXT("{}"), &tokenizer, &error), TYPECASE_ERR_FIELD, "config");
    fails(typecase_tokenizer_new_tiktoken(NULL, 0, TEXT("a"), NULL, 0, &tokenizer, &error), TYPECASE_ERR_ARGUMENT, "ranks is NULL");
    fails(typecase_tokenizer_new_tiktoken(TEXT("YQ== 0\n"), NULL, 0, NULL, 0, &tokenizer, &error), TYPECASE_ERR_ARGUMENT, "pattern is NULL");
    fails(typecase_tokenizer_new_tiktoken(TEXT("YQ== x\n"), TEXT("."), NULL, 0, &tokenizer, &error), TYPECASE_ERR_FIELD, "");
    fails(typecase_tokenizer_new_tiktoken(TEXT("YQ== 0\n"), TEXT("(?<"), NULL, 0, &tokenizer, &error), TYPECASE_ERR_UNSUPPORTED, "");
    fails(typecase_tokenizer_new_tiktoken(TEXT("YQ== 0\n"), TEXT("."), TEXT("{\"x\": -1}"), &tokenizer, &error), TYPECASE_ERR_FIELD, "special_tokens.x");
    fails(typecase_decoder_new(NULL, 0, &decoder, &error), TYPECASE_ERR_ARGUMENT, "tokenizer is NULL");
    fails(typecase_decoder_push(NULL, NULL, 0, &piece, &count, &error), TYPECASE_ERR_ARGUMENT, "decoder is NULL");
    fails(typecase_decoder_finish(NULL, &piece, &count, &error), TYPECASE_ERR_ARGUMENT, "decoder is NULL");
    typecase_decoder_free(NULL);
    fails(typecase_tokenizer_info(NULL, &text, &error), TYPECASE_ERR_ARGUMENT, "tokenizer is NULL");
    fails(typecase_template_new(NULL, 3, &template_, &error), TYPECASE_ERR_ARGUMENT, "source is NULL");
    fails(typecase_template_render(NULL, TEXT("{}"), NULL, &text, &error), TYPECASE_ERR_ARGUMENT, "template_ is NULL");
    fails(typecase_template_info(NULL, NULL, 0, &text, &error), TYPECASE_ERR_ARGUMENT, "template_ is NULL");
    fails(typecase_model_open(NULL, 0, &model, &error), TYPECASE_ERR_ARGUMENT, "directory is NULL");
    fails(typecase_model_new(NULL, &model, &error), TYPECASE_ERR_ARGUMENT, "parts is NULL");
    fails(typecase_model_tokenizer(NULL, &tokenizer, &error), TYPECASE_ERR_ARGUMENT, "model is NULL");
    fails(typecase_model_info(NULL, &text, &error), TYPECASE_ERR_ARGUMENT, "model is NULL");
    fails(typecase_model_render(NULL, TEXT("{}"), &rendered, &error), TYPECASE_ERR_ARGUMENT, "model is NULL");
    fails(typecase_model_render_prompt(NULL, TEXT("{}"), &rendered, &error), TYPECASE_ERR_ARGUMENT, "model is NULL");
    fails(typecase_model_training_sample(NULL, TEXT("{}"), &rendered, &error), TYPECASE_ERR_ARGUMENT, "model is NULL");
    fails(typecase_model_training_samples(NULL, TEXT("{}"), &rendered, &error), TYPECASE_ERR_ARGUMENT, "model is NULL");
    fails(typecase_model_prefix_stability(NULL, TEXT("{}"), &text, &error), TYPECASE_ERR_ARGUMENT, "model is NULL");
    fails(typecase_model_bridge(NULL, NULL, 0, NULL, 0, TEXT("{}"), &rendered, &error), TYPECASE_ERR_ARGUMENT, "model is NULL");
    fails(typecase_chat_new(NULL, TEXT("{}"), &chat, &error), TYPECASE_ERR_ARGUMENT, "model is NULL");
    fails(typecase_chat_append(NULL, TEXT("[]"), &error), TYPECASE_ERR_ARGUMENT, "chat is NULL");
    fails(typecase_chat_render(NULL, NULL, 0, &rendered, &error), TYPECASE_ERR_ARGUMENT, "chat is NULL");
    fails(typecase_chat_bridge(NULL, NULL, 0, NULL, 0, NULL, 0, &rendered, &error), TYPECASE_ERR_ARGUMENT, "chat is NULL");
    assert(!chat && typecase_chat_count(NULL) == 0);
    typecase_chat_free(NULL);
    typecase_parsed *parsed = NULL;
    typecase_parser *parser = NULL;
    fails(typecase_model_format(NULL, NULL, 0, &text, &error), TYPECASE_ERR_ARGUMENT, "model is NULL");
    fails(typecase_model_with_format(NULL, TEXT("{}"), &model, &error), TYPECASE_ERR_ARGUMENT, "model is NULL");
    fails(typecase_model_parse(NULL, NULL, 0, NULL, 0, NULL, 0, &parsed, &error), TYPECASE_ERR_ARGUMENT, "model is NULL");
    fails(typecase_parser_new(NULL, NULL, 0, NULL, 0, &parser, &error), TYPECASE_ERR_ARGUMENT, "model is NULL");
    fails(typecase_parser_push(NULL, NULL, 0, &error), TYPECASE_ERR_ARGUMENT, "parser is NULL");
    fails(typecase_parser_finish(NULL, &error), TYPECASE_ERR_ARGUMENT, "parser is NULL");
    assert(!parsed && !parser && typecase_parser_next(NULL, NULL, NULL, NULL, NULL) == 0);
    typecase_parsed_free(NULL);
    typecase_parser_free(NULL);
    assert(*typecase_parsed_json(NULL, NULL) == 0 && *typecase_parsed_message(NULL, NULL) == 0 && *typecase_parsed_content(NULL, NULL) == 0);
    assert(!typecase_parsed_reasoning(NULL, NULL) && typecase_parsed_reasoning_complete(NULL) == -1 && typecase_parsed_call_count(NULL) == 0);
    assert(!typecase_parsed_call(NULL, 0, TYPECASE_CALL_NAME, NULL) && !typecase_parsed_call_span(NULL, 0));
    assert(*typecase_completion_parsed(NULL, 0, NULL) == 0);
    fails(typecase_backend_new(NULL, 0, TEXT("{}"), &backend, &error), TYPECASE_ERR_ARGUMENT, "engine is NULL");
    fails(typecase_generate(NULL, NULL, NULL, TEXT("{}"), NULL, 0, &completion, &error), TYPECASE_ERR_ARGUMENT, "client is NULL");
    fails(typecase_client_new(NULL, NULL, &error), TYPECASE_ERR_ARGUMENT, "output pointer is NULL");
    assert(!tokenizer && !template_ && !model && !backend && !client && !completion && !rendered && !encoding && !text && count == 7);
    /* Without a place for the error there is still a status. */
    assert(typecase_tokenizer_open(NULL, 0, &tokenizer, NULL) == TYPECASE_ERR_ARGUMENT);

    typecase_error_free(NULL);
    typecase_text_free(NULL);
    typecase_tokenizer_free(NULL);
    typecase_encoding_free(NULL);
    typecase_template_free(NULL);
    typecase_model_free(NULL);
    typecase_rendered_free(NULL);
    typecase_backend_free(NULL);
    typecase_client_free(NULL);
    typecase_completion_free(NULL);

    assert(typecase_error_status(NULL) == TYPECASE_ERR_ARGUMENT && typecase_error_line(NULL) == 0 && typecase_error_column(NULL) == 0);
    assert(typecase_error_offset(NULL) == SIZE_MAX && typecase_error_http_status(NULL) == 0);
    assert(*typecase_error_message(NULL, &count) == 0 && count == 0);
    assert(*typecase_error_field(NULL, NULL) == 0 && *typecase_error_source_message(NULL, NULL) == 0);
    assert(*typecase_text_data(NULL, &count) == 0 && count == 0);
    assert(!typecase_text_runs(NULL, &count) && count == 0 && !typecase_text_generations(NULL, NULL));
    assert(*typecase_text_origins(NULL, &count) == 0 && count == 0 && *typecase_error_kind(NULL, NULL) == 0);
    assert(typecase_tokenizer_vocab_size(NULL) == 0 && typecase_tokenizer_id_limit(NULL) == 0);
    assert(typecase_tokenizer_token_to_id(NULL, "a", 1) == -1);
    assert(!typecase_encoding_ids(NULL, &count) && !typecase_encoding_starts(NULL, NULL) && !typecase_encoding_byte_offsets(NULL, NULL));
    assert(!typecase_encoding_type_ids(NULL, NULL) && !typecase_encoding_special_tokens_mask(NULL, NULL) && !typecase_encoding_attention_mask(NULL, NULL));
    assert(!typecase_encoding_char_offsets(NULL, NULL) && !typecase_rendered_ids(NULL, NULL) && !typecase_rendered_starts(NULL, NULL));
    assert(!typecase_rendered_byte_offsets(NULL, NULL) && !typecase_rendered_char_offsets(NULL, NULL));
    assert(*typecase_rendered_text(NULL, 0, NULL) == 0);
    assert(!typecase_rendered_message_indices(NULL, NULL) && !typecase_rendered_sampled_mask(NULL, NULL) && !typecase_rendered_is_content(NULL, NULL));
    assert(!typecase_rendered_kinds(NULL, NULL) && !typecase_rendered_straddles(NULL, NULL) && !typecase_rendered_generation_mask(NULL, NULL));
    assert(!typecase_rendered_loss_mask(NULL, NULL) && !typecase_rendered_message_starts(NULL, NULL) && !typecase_rendered_message_spans(NULL, NULL));
    assert(!typecase_rendered_message_counts(NULL, NULL) && *typecase_rendered_messages(NULL, NULL) == 0);
    assert(typecase_rendered_control_tokens_in_content(NULL) == 0);
    assert(typecase_completion_count(NULL) == 0 && !typecase_completion_prompt_ids(NULL, NULL) && !typecase_completion_ids(NULL, 0, NULL));
    assert(!typecase_completion_logprobs(NULL, 0, NULL) && *typecase_completion_finish_reason(NULL, 0, NULL) == 0);
    assert(*typecase_completion_message(NULL, 0, NULL) == 0 && *typecase_completion_info(NULL, NULL) == 0);
    assert(!typecase_completion_routed_experts(NULL, 0, &count, NULL, shape) && count == 0);
}

static void tokenizer(const typecase_model *model) {
    typecase_tokenizer *tokenizer = NULL;
    typecase_encoding *encoding = NULL;
    typecase_text *text = NULL;
    typecase_encode_options options = TYPECASE_ENCODE_OPTIONS_INIT;
    struct {
        typecase_encode_options known;
        uint64_t unknown;
    } newer = {TYPECASE_ENCODE_OPTIONS_INIT, 0};
    const char *texts[] = {"Hello", "", "a\0b"};
    const size_t lengths[] = {5, 0, 3};
    uint32_t ids[64];
    size_t count, starts_count;

    assert(typecase_model_tokenizer(model, &tokenizer, &error) == TYPECASE_OK);
    options.flags = TYPECASE_ENCODE_OFFSETS;
    assert(typecase_tokenizer_encode(tokenizer, TEXT("Hello, w\xc3\xb6rld"), &options, &encoding, &error) == TYPECASE_OK);
    const uint32_t *first = typecase_encoding_ids(encoding, &count);
    assert(first && count > 0);
    assert(typecase_encoding_byte_offsets(encoding, NULL)[2 * count - 1] == 13);
    assert(typecase_encoding_char_offsets(encoding, NULL)[2 * count - 1] == 12);
    assert(typecase_tokenizer_decode(tokenizer, first, count, 0, &text, &error) == TYPECASE_OK);
    assert(strcmp(typecase_text_data(text, NULL), "Hello, w\xc3\xb6rld") == 0);
    typecase_text_free(text);

    /* Into memory of the caller: all of it, or what fits, with the whole count. */
    size_t into = 0;
    assert(typecase_tokenizer_encode_into(tokenizer, TEXT("Hello, w\xc3\xb6rld"), NULL, ids, 64, &into, &error) == TYPECASE_OK);
    assert(into == count && memcmp(ids, first, count * sizeof *ids) == 0);
    ids[1] = 77;
    fails(typecase_tokenizer_encode_into(tokenizer, TEXT("Hello, w\xc3\xb6rld"), NULL, ids, 1, &into, &error), TYPECASE_ERR_LIMIT, "room for 1");
    assert(into == count && ids[0] == first[0] && ids[1] == 77);
    assert(typecase_encoding_attention_mask(encoding, &into)[0] == 1 && into == count);
    assert(typecase_encoding_special_tokens_mask(encoding, &into)[count - 1] == 0 && typecase_encoding_type_ids(encoding, NULL)[0] == 0);

    char room[64];
    assert(typecase_tokenizer_decode_into(tokenizer, first, count, 0, room, sizeof room, &into, &error) == TYPECASE_OK);
    assert(into == 13 && memcmp(room, "Hello, w\xc3\xb6rld", 13) == 0);
    fails(typecase_tokenizer_decode_into(tokenizer, first, count, 0, room, 5, &into, &error), TYPECASE_ERR_LIMIT, "room for 5");
    assert(into == 13);
    fails(typecase_tokenizer_decode_into(NULL, first, count, 0, room, 5, &into, &error), TYPECASE_ERR_ARGUMENT, "tokenizer is NULL");
    fails(typecase_tokenizer_decode_into(tokenizer, first, count, 0, NULL, 5, &into, &error), TYPECASE_ERR_ARGUMENT, "text is NULL");

    /* Streaming: the pieces put together are the text; a finished decoder takes no more. */
    typecase_decoder *decoder = NULL;
    const char *piece = NULL;
    char whole[64] = "";
    assert(typecase_decoder_new(tokenizer, 0, &decoder, &error) == TYPECASE_OK);
    for (size_t i = 0; i < count; i++) {
        assert(typecase_decoder_push(decoder, first + i, 1, &piece, NULL, &error) == TYPECASE_OK);
        strcat(whole, piece);
    }
    assert(typecase_decoder_finish(decoder, &piece, &into, &error) == TYPECASE_OK && strlen(piece) == into);
    strcat(whole, piece);
    assert(strcmp(whole, "Hello, w\xc3\xb6rld") == 0);
    fails(typecase_decoder_push(decoder, first, 1, &piece, NULL, &error), TYPECASE_ERR_ARGUMENT, "finished");
    typecase_decoder_free(decoder);
    assert(typecase_tokenizer_token_bytes(tokenizer, first[0], &text, &error) == TYPECASE_OK);
    assert(strncmp("Hello", typecase_text_data(text, &into), into) == 0 && into > 0);
    typecase_text_free(text);
    fails(typecase_tokenizer_token_bytes(tokenizer, UINT32_MAX, &text, &error), TYPECASE_ERR_VOCABULARY, "no token");
    typecase_encoding_free(encoding);

    /* Pairs, and bytes that are no UTF-8. */
    assert(typecase_tokenizer_encode_pair(tokenizer, TEXT("a"), TEXT("b"), NULL, &encoding, &error) == TYPECASE_OK);
    assert(typecase_encoding_ids(encoding, &into) && into >= 2);
    typecase_encoding_free(encoding);
    encoding = NULL;
    fails(typecase_tokenizer_encode_pair(tokenizer, TEXT("a"), TEXT("b\xff"), NULL, &encoding, &error), TYPECASE_ERR_UTF8, "second");
    options.flags = TYPECASE_ENCODE_REPLACE_INVALID;
    assert(typecase_tokenizer_encode(tokenizer, TEXT("ab\xff"), &options, &encoding, &error) == TYPECASE_OK);
    typecase_encoding_free(encoding);

    assert(typecase_tokenizer_encode_batch(tokenizer, texts, lengths, 3, NULL, &encoding, &error) == TYPECASE_OK);
    const size_t *starts = typecase_encoding_starts(encoding, &starts_count);
    assert(starts_count == 4 && starts[0] == 0 && starts[1] == starts[2] && starts[3] > starts[2]);
    assert(!typecase_encoding_char_offsets(encoding, &count) && count == 0);
    typecase_encoding_free(encoding);
    assert(typecase_tokenizer_encode_batch(tokenizer, NULL, NULL, 0, NULL, &encoding, &error) == TYPECASE_OK);
    assert(typecase_encoding_starts(encoding, &count)[0] == 0 && count == 1);
    typecase_encoding_free(encoding);

    encoding = NULL;
    fails(typecase_tokenizer_encode(tokenizer, TEXT("ab\xff"), NULL, &encoding, &error), TYPECASE_ERR_UTF8, "UTF-8");
    fails(typecase_tokenizer_encode(tokenizer, NULL, 5, NULL, &encoding, &error), TYPECASE_ERR_ARGUMENT, "text is NULL");
    fails(typecase_tokenizer_encode(tokenizer, "a", SIZE_MAX, NULL, &encoding, &error), TYPECASE_ERR_ARGUMENT, "length of text");
    fails(typecase_tokenizer_decode(tokenizer, NULL, 5, 0, &text, &error), TYPECASE_ERR_ARGUMENT, "ids is NULL");
    fails(typecase_tokenizer_decode(tokenizer, ids, SIZE_MAX / 2, 0, &text, &error), TYPECASE_ERR_ARGUMENT, "count of ids");

    /* Options: a size that is none, flags that are none, and a longer struct of a newer header. */
    options.size = 0;
    fails(typecase_tokenizer_encode(tokenizer, TEXT("a"), &options, &encoding, &error), TYPECASE_ERR_ARGUMENT, "options.size");
    options.size = sizeof options;
    options.flags = 1u << 31;
    fails(typecase_tokenizer_encode(tokenizer, TEXT("a"), &options, &encoding, &error), TYPECASE_ERR_ARGUMENT, "flags");
    newer.known.size = sizeof newer;
    assert(typecase_tokenizer_encode(tokenizer, TEXT("a"), &newer.known, &encoding, &error) == TYPECASE_OK);
    typecase_encoding_free(encoding);
    newer.unknown = 1;
    fails(typecase_tokenizer_encode(tokenizer, TEXT("a"), &newer.known, &encoding, &error), TYPECASE_ERR_ARGUMENT, "does not know");

    assert(typecase_tokenizer_token_to_id(tokenizer, TEXT("<|end|>")) >= 0);
    assert(typecase_tokenizer_token_to_id(tokenizer, TEXT("no such token")) == -1);
    assert(typecase_tokenizer_id_limit(tokenizer) >= typecase_tokenizer_vocab_size(tokenizer));
    text = NULL;
    fails(typecase_tokenizer_id_to_token(tokenizer, UINT32_MAX, &text, &error), TYPECASE_ERR_VOCABULARY, "4294967295");
    typecase_tokenizer_free(tokenizer);
}

static void templates(void) {
    typecase_template *template_ = NULL;
    typecase_text *text = NULL;
    typecase_template_options options = TYPECASE_TEMPLATE_OPTIONS_INIT;
    size_t length;
    assert(typecase_template_new(TEXT("{{ a }}\n{{ raise_exception(b) }}"), &template_, &error) == TYPECASE_OK);
    typecase_status status = typecase_template_render(template_, TEXT("{\"a\": 1, \"b\": \"its own words\"}"), NULL, &text, &error);
    assert(status == TYPECASE_ERR_TEMPLATE && typecase_error_line(error) == 2 && !text);
    assert(strcmp(typecase_error_source_message(error, &length), "its own words") == 0 && length == 13);
    typecase_error_free(error);
    error = NULL;
    fails(typecase_template_render(template_, TEXT("{\"a\": \n tru}"), NULL, &text, &error), TYPECASE_ERR_JSON, "line 2");
    fails(typecase_template_render(template_, TEXT("[]"), NULL, &text, &error), TYPECASE_ERR_FIELD, "an object");
    typecase_template_free(template_);
    /* Nothing is a template; the empty text has a length of 0 and a NUL. */
    assert(typecase_template_new(NULL, 0, &template_, &error) == TYPECASE_OK);
    assert(typecase_template_render(template_, TEXT("{}"), NULL, &text, &error) == TYPECASE_OK);
    assert(*typecase_text_data(text, &length) == 0 && length == 0);
    typecase_text_free(text);
    typecase_template_free(template_);
    assert(typecase_template_new(TEXT("{{ strftime_now('%Y') }}"), &template_, &error) == TYPECASE_OK);
    options.now = "2031-01-01";
    options.now_len = 10;
    assert(typecase_template_render(template_, TEXT("{}"), &options, &text, &error) == TYPECASE_OK);
    assert(strcmp(typecase_text_data(text, NULL), "2031") == 0);
    typecase_text_free(text);
    options.now = "tomorrow";
    options.now_len = 8;
    fails(typecase_template_render(template_, TEXT("{}"), &options, &text, &error), TYPECASE_ERR_FIELD, "now");
    typecase_template_free(template_);

    /* Where bytes come from: the stretches cover the text, and only where they were asked for. */
    assert(typecase_template_new(TEXT("<{{ messages[0].content }}>{% generation %}g{% endgeneration %}"), &template_, &error) == TYPECASE_OK);
    static const char chat[] = "{\"messages\": [{\"content\": \"h\303\251\"}]}";
    assert(typecase_template_render(template_, TEXT(chat), NULL, &text, &error) == TYPECASE_OK);
    assert(!typecase_text_runs(text, &length) && length == 0 && *typecase_text_origins(text, NULL) == 0);
    typecase_text_free(text);
    memset(&options, 0, sizeof options);
    options.size = sizeof options;
    options.flags = TYPECASE_TEMPLATE_ORIGINS;
    assert(typecase_template_render(template_, TEXT(chat), &options, &text, &error) == TYPECASE_OK);
    const uint32_t *runs = typecase_text_runs(text, &length);
    assert(length >= 3 && runs[0] == 1 && runs[2] == 3 && runs[1] != runs[3]);
    assert(strstr(typecase_text_origins(text, NULL), "\"path\": \"content\""));
    assert(typecase_text_generations(text, &length)[0] == 5 && length == 1 && typecase_text_generations(text, NULL)[1] == 6);
    typecase_text_free(text);
    options.flags = 8;
    fails(typecase_template_render(template_, TEXT(chat), &options, &text, &error), TYPECASE_ERR_ARGUMENT, "flags");
    typecase_template_free(template_);
    template_ = NULL;
    fails(typecase_template_new(TEXT("{{"), &template_, &error), TYPECASE_ERR_TEMPLATE, "");
}

static void training(const typecase_model *model) {
    static const char sample[] = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}, {\"role\": \"assistant\", \"content\": \"Hello\"}]}";
    static const char batch[] =
        "{\"threads\": 2, \"samples\": [{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}, {\"role\": \"assistant\", \"content\": \"Hello\"}]},"
        " {\"messages\": [{\"role\": \"tool\", \"content\": \"<|end|>\", \"name\": \"f\"}]}], \"content_roles\": [\"tool\"]}";
    typecase_rendered *rendered = NULL;
    typecase_text *text = NULL;
    size_t count, other;
    assert(typecase_model_render(model, TEXT(sample), &rendered, &error) == TYPECASE_OK);
    assert(!typecase_rendered_message_indices(rendered, &count) && count == 0 && *typecase_rendered_messages(rendered, &count) == 0);
    assert(!typecase_rendered_message_starts(rendered, &count) && count == 0);
    typecase_rendered_free(rendered);
    rendered = NULL;
    assert(typecase_model_training_sample(model, TEXT(sample), &rendered, &error) == TYPECASE_OK);
    typecase_rendered_ids(rendered, &other);
    const int32_t *owners = typecase_rendered_message_indices(rendered, &count);
    assert(count == other && owners[0] == 0 && owners[count - 1] == 1);
    const uint8_t *loss = typecase_rendered_loss_mask(rendered, &count), *sampled = typecase_rendered_sampled_mask(rendered, &other);
    assert(count == other && !memcmp(loss, sampled, count) && loss[0] == 0 && loss[count - 1] == 0 && loss[count - 2] == 1);
    assert(typecase_rendered_kinds(rendered, NULL)[0] == TYPECASE_KIND_SCAFFOLD && typecase_rendered_is_content(rendered, NULL)[0] == 0);
    assert(typecase_rendered_straddles(rendered, &other) && other == count && !typecase_rendered_generation_mask(rendered, &other) && other == 0);
    const int32_t *spans = typecase_rendered_message_spans(rendered, &other);
    assert(other == 2 && spans[0] == 0 && spans[1] == spans[2] && (size_t)spans[3] == count);
    const uint32_t *counts = typecase_rendered_message_counts(rendered, &other);
    assert(other == 2 && counts[0] + counts[2] == count && counts[1] == 0 && counts[3] > 0);
    typecase_rendered_free(rendered);
    rendered = NULL;
    assert(typecase_model_training_samples(model, TEXT(batch), &rendered, &error) == TYPECASE_OK);
    const size_t *starts = typecase_rendered_message_starts(rendered, &count);
    assert(count == 3 && starts[1] == 2 && starts[2] == 3 && typecase_rendered_control_tokens_in_content(rendered) == 1);
    assert(strstr(typecase_rendered_messages(rendered, NULL), "\"tool_name\": \"f\""));
    typecase_rendered_free(rendered);
    rendered = NULL;
    fails(typecase_model_training_samples(model, TEXT("{\"samples\": [{\"messages\": []}]}"), &rendered, &error), TYPECASE_ERR_FIELD, "samples[0]: messages");
    fails(typecase_model_training_samples(model, TEXT("{\"samples\": [1]}"), &rendered, &error), TYPECASE_ERR_FIELD, "samples[0]");
    fails(typecase_model_training_samples(model, TEXT("{\"samples\": [], \"threads\": 0}"), &rendered, &error), TYPECASE_ERR_FIELD, "threads");
    assert(typecase_model_prefix_stability(model, NULL, 0, &text, &error) == TYPECASE_OK && strstr(typecase_text_data(text, NULL), "is_prefix_stable"));
    typecase_text_free(text);
}

static void chats(const typecase_model *model) {
    typecase_chat *chat = NULL;
    typecase_rendered *rendered = NULL, *bridge = NULL;
    size_t prompt_count, count;
    fails(typecase_chat_new(model, TEXT("{\"messages\": 1}"), &chat, &error), TYPECASE_ERR_FIELD, "messages must be an array");
    assert(typecase_chat_new(model, TEXT("{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}"), &chat, &error) == TYPECASE_OK);
    assert(typecase_chat_render(chat, TEXT("{\"add_generation_prompt\": true}"), &rendered, &error) == TYPECASE_OK);
    const uint32_t *ids = typecase_rendered_ids(rendered, &prompt_count);
    fails(typecase_chat_append(chat, TEXT("{}"), &error), TYPECASE_ERR_FIELD, "messages must be an array, and is an object");
    fails(typecase_chat_append(chat, TEXT("[1]"), &error), TYPECASE_ERR_FIELD, "messages[0]");
    fails(typecase_chat_append(chat, TEXT("["), &error), TYPECASE_ERR_JSON, "messages");
    assert(typecase_chat_count(chat) == 1);
    assert(typecase_chat_append(chat, TEXT("[{\"role\": \"assistant\", \"content\": \"\"}, {\"role\": \"user\", \"content\": \"And?\"}]"), &error) == TYPECASE_OK);
    assert(typecase_chat_count(chat) == 3);
    assert(typecase_chat_bridge(chat, ids, prompt_count, NULL, 0, NULL, 0, &bridge, &error) == TYPECASE_OK);
    assert(strstr(typecase_rendered_text(bridge, 0, NULL), "And?") && typecase_rendered_ids(bridge, &count) && count > 0);
    typecase_rendered_free(bridge);
    bridge = NULL;
    fails(typecase_chat_bridge(chat, NULL, 0, NULL, 0, NULL, 0, &bridge, &error), TYPECASE_ERR_NOT_EXTENDABLE, "no prompt");
    fails(typecase_chat_bridge(chat, NULL, 1, NULL, 0, NULL, 0, &bridge, &error), TYPECASE_ERR_ARGUMENT, "prompt_ids");
    fails(typecase_model_bridge(model, ids, prompt_count, NULL, 0, TEXT("{\"messages\": []}"), &bridge, &error), TYPECASE_ERR_NOT_EXTENDABLE, "no new messages");
    fails(typecase_chat_render(chat, TEXT("{\"tools\": []}"), &bridge, &error), TYPECASE_ERR_FIELD, "tools");
    assert(!bridge);
    /* The chat keeps what it needs, and results live without it. */
    typecase_chat_free(chat);
    assert(typecase_rendered_byte_offsets(rendered, &count) && count == prompt_count);
    typecase_rendered_free(rendered);
}

static void models(const typecase_model *model) {
    static const char chat[] = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"add_generation_prompt\": true}";
    typecase_model *other = NULL;
    typecase_model_parts parts = TYPECASE_MODEL_PARTS_INIT;
    typecase_rendered *rendered = NULL;
    typecase_text *text = NULL;
    size_t count, prompts;
    assert(typecase_model_render(model, TEXT(chat), &rendered, &error) == TYPECASE_OK);
    const uint32_t *ids = typecase_rendered_ids(rendered, &count);
    assert(ids && count > 0 && typecase_rendered_starts(rendered, &prompts)[1] == count && prompts == 2);
    assert(strstr(typecase_rendered_text(rendered, 0, NULL), "Hi") && *typecase_rendered_text(rendered, 1, NULL) == 0);
    assert(*typecase_rendered_text(rendered, SIZE_MAX, NULL) == 0);
    typecase_rendered_free(rendered);
    rendered = NULL;
    assert(typecase_model_info(model, &text, &error) == TYPECASE_OK && strstr(typecase_text_data(text, NULL), "stop_token_ids"));
    typecase_text_free(text);
    training(model);
    chats(model);
    fails(typecase_model_render(model, TEXT("{}"), &rendered, &error), TYPECASE_ERR_FIELD, "messages is required");
    fails(typecase_model_render(model, TEXT("{\"messages\": {}}"), &rendered, &error), TYPECASE_ERR_FIELD, "messages must be an array, and is an object");
    fails(typecase_model_render(model, TEXT("{\"messages\": [1]}"), &rendered, &error), TYPECASE_ERR_FIELD, "messages[0]");
    fails(typecase_model_render(model, "", 0, &rendered, &error), TYPECASE_ERR_JSON, "empty");
    fails(typecase_model_render_prompt(model, TEXT("{\"prompt\": [[1], \"a\", {}]}"), &rendered, &error), TYPECASE_ERR_FIELD, "prompt[2]");
    fails(typecase_model_new(&parts, &other, &error), TYPECASE_ERR_FIELD, "tokenizer_json");
    parts.tokenizer_json = "nonsense";
    parts.tokenizer_json_len = 8;
    fails(typecase_model_new(&parts, &other, &error), TYPECASE_ERR_JSON, "tokenizer_json");
    fails(typecase_model_open(TEXT("/no/such/directory"), &other, &error), TYPECASE_ERR_FILE, "/no/such/directory");
    assert(!rendered && !other);
}

static void parsing(const typecase_model *model) {
    static const char sampled[] = "<think>hm</think>Hi.<call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}</call><|end|>";
    typecase_tokenizer *tokenizer = NULL;
    typecase_encoding *encoding = NULL;
    typecase_parsed *parsed = NULL;
    typecase_parser *parser = NULL;
    typecase_model *other = NULL;
    typecase_text *text = NULL;
    size_t count, length;
    assert(typecase_model_tokenizer(model, &tokenizer, &error) == TYPECASE_OK);
    assert(typecase_tokenizer_encode(tokenizer, TEXT(sampled), NULL, &encoding, &error) == TYPECASE_OK);
    const uint32_t *ids = typecase_encoding_ids(encoding, &count);

    assert(typecase_model_parse(model, ids, count, NULL, 0, TEXT("{\"tools\": [{\"name\": \"f\"}]}"), &parsed, &error) == TYPECASE_OK);
    assert(!strcmp(typecase_parsed_content(parsed, &length), "Hi.") && length == 3);
    assert(!strcmp(typecase_parsed_reasoning(parsed, NULL), "hm") && typecase_parsed_reasoning_complete(parsed) == 1);
    assert(typecase_parsed_call_count(parsed) == 1 && !typecase_parsed_call(parsed, 1, TYPECASE_CALL_NAME, NULL));
    assert(!strcmp(typecase_parsed_call(parsed, 0, TYPECASE_CALL_NAME, NULL), "f") && !typecase_parsed_call(parsed, 0, TYPECASE_CALL_ID, NULL));
    assert(!strcmp(typecase_parsed_call(parsed, 0, TYPECASE_CALL_ARGUMENTS, NULL), "{\"a\": 1}"));
    assert(!strcmp(typecase_parsed_call(parsed, 0, TYPECASE_CALL_STATUS, NULL), "ok") && !typecase_parsed_call(parsed, 0, 99, NULL));
    assert(!strncmp(typecase_parsed_call(parsed, 0, TYPECASE_CALL_RAW, NULL), "<call>", 6));
    const size_t *span = typecase_parsed_call_span(parsed, 0);
    assert(span && span[0] < span[1] && span[1] == count - 1 && !typecase_parsed_call_span(parsed, 1));
    assert(strstr(typecase_parsed_json(parsed, NULL), "pieces") && strstr(typecase_parsed_message(parsed, NULL), "tool_calls"));
    typecase_parsed_free(parsed);

    char content[64] = "", arguments[64] = "";
    uint32_t kind;
    size_t call, events = 0;
    const char *piece;
    assert(typecase_parser_new(model, NULL, 0, NULL, 0, &parser, &error) == TYPECASE_OK);
    for (size_t i = 0; i <= count; i++) {
        assert((i < count ? typecase_parser_push(parser, ids + i, 1, &error) : typecase_parser_finish(parser, &error)) == TYPECASE_OK);
        while (typecase_parser_next(parser, &kind, &call, &piece, &length)) {
            assert(call == 0 && strlen(piece) == length);
            if (kind == TYPECASE_EVENT_CONTENT) strncat(content, piece, sizeof content - strlen(content) - 1);
            if (kind == TYPECASE_EVENT_ARGUMENTS) strncat(arguments, piece, sizeof arguments - strlen(arguments) - 1);
            if (kind == TYPECASE_EVENT_CALL_END) assert(strstr(piece, "\"ok\""));
            events++;
        }
    }
    assert(!strcmp(content, "Hi.") && !strcmp(arguments, "{\"a\": 1}") && events > 5);
    assert(typecase_parser_push(parser, ids, count, &error) == TYPECASE_OK && !typecase_parser_next(parser, NULL, NULL, NULL, NULL));
    typecase_parser_free(parser);

    assert(typecase_model_format(model, NULL, 0, &text, &error) == TYPECASE_OK);
    const char *format = typecase_text_data(text, &length);
    assert(strstr(format, "</call>") && typecase_model_with_format(model, format, length, &other, &error) == TYPECASE_OK);
    typecase_text_free(text);
    typecase_model_free(other);
    other = NULL;
    parsed = NULL;
    fails(typecase_model_with_format(model, TEXT("{\"content\": 1}"), &other, &error), TYPECASE_ERR_FIELD, "content");
    fails(typecase_model_parse(model, ids, count, NULL, 0, TEXT("{\"tools\": 1}"), &parsed, &error), TYPECASE_ERR_FIELD, "tools");
    fails(typecase_model_parse(model, NULL, 1, NULL, 0, NULL, 0, &parsed, &error), TYPECASE_ERR_ARGUMENT, "ids is NULL");
    assert(!other && !parsed);
    typecase_encoding_free(encoding);
    typecase_tokenizer_free(tokenizer);
}

static void backends(void) {
    typecase_backend *backend = NULL;
    typecase_client *client = NULL;
    typecase_completion *completion = NULL;
    typecase_client_options options = TYPECASE_CLIENT_OPTIONS_INIT;
    const uint32_t ids[] = {1, 2};
    fails(typecase_backend_new(TEXT("tgi"), TEXT("{\"url\": \"http://a\"}"), &backend, &error), TYPECASE_ERR_FIELD, "\"vllm\", \"sglang\"");
    fails(typecase_backend_new(TEXT("vllm"), TEXT("{}"), &backend, &error), TYPECASE_ERR_FIELD, "url is required");
    fails(typecase_backend_new(TEXT("vllm"), TEXT("{\"url\": 7}"), &backend, &error), TYPECASE_ERR_FIELD, "url must be a string");
    fails(typecase_backend_new(TEXT("vllm"), TEXT("{"), &backend, &error), TYPECASE_ERR_JSON, "config");
    assert(typecase_backend_new(TEXT("vllm"), TEXT("{\"url\": \"http://127.0.0.1:1\"}"), &backend, &error) == TYPECASE_OK);
    options.timeout_ms = UINT64_MAX;
    assert(typecase_client_new(&options, &client, &error) == TYPECASE_OK);
    fails(typecase_generate(client, NULL, backend, TEXT("{}"), ids, 2, &completion, &error), TYPECASE_ERR_FIELD, "vocab_size");
    fails(typecase_generate(client, NULL, backend, TEXT("{\"vocab_size\": 2}"), ids, 2, &completion, &error), TYPECASE_ERR_VOCABULARY, "prompt_ids[1]");
    fails(typecase_generate(client, NULL, backend, TEXT("{\"vocab_size\": 9}"), ids, 0, &completion, &error), TYPECASE_ERR_FIELD, "empty");
    fails(typecase_generate(client, NULL, backend, TEXT("{\"vocab_size\": 9}"), NULL, 0, &completion, &error), TYPECASE_ERR_FIELD, "need a model");
    fails(typecase_generate(client, NULL, backend, TEXT("{\"vocab_size\": 9}"), NULL, 3, &completion, &error), TYPECASE_ERR_ARGUMENT, "prompt_ids is NULL");
    fails(typecase_generate(client, NULL, backend, TEXT("{\"vocab_size\": 9, \"timeout\": -1}"), ids, 2, &completion, &error), TYPECASE_ERR_FIELD, "timeout");
    fails(typecase_generate(client, NULL, backend, TEXT("{\"vocab_size\": 9}"), ids, 2, &completion, &error), TYPECASE_ERR_NETWORK, "127.0.0.1");
    pid_t child = fork();
    if (child == 0) {
        typecase_status status = typecase_generate(client, NULL, backend, TEXT("{\"vocab_size\": 9}"), ids, 2, &completion, NULL);
        typecase_client_free(client);
        _exit(status == TYPECASE_ERR_FORKED ? 0 : 1);
    }
    int result;
    assert(waitpid(child, &result, 0) == child && WIFEXITED(result) && WEXITSTATUS(result) == 0);
    typecase_client_free(client);
    typecase_backend_free(backend);
}

int main(int argc, char **argv) {
    typecase_model *model = NULL;
    assert(argc == 2);
    version_and_names();
    nulls();
    assert(typecase_model_open(argv[1], strlen(argv[1]), &model, &error) == TYPECASE_OK);
    tokenizer(model);
    templates();
    models(model);
    parsing(model);
    backends();
    typecase_model_free(model);
    puts("ok");
    return 0;
}
