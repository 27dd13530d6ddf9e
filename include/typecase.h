/*
 * typecase.h: chats in, exact token ids out; ids to an inference engine and back; a message out.
 *
 * This file is the contract and the manual. A function that does not appear here is not part of the interface.
 *
 * Conventions, said once:
 *
 *   Results     Every function that can fail returns a typecase_status and takes `typecase_error **out_error` last.
 *               TYPECASE_OK is 0. On failure outputs are untouched and, where out_error is not NULL, *out_error receives
 *               an error object: free it with typecase_error_free(). On success *out_error is untouched.
 *   Strings     A pointer and a length in bytes, UTF-8, no NUL needed; NUL bytes inside are ordinary bytes. A NULL
 *               pointer with length 0 is the empty string. Strings that the library hands out end in a NUL that their
 *               length does not count.
 *   Arrays      A pointer and, through `size_t *out_count` (which may be NULL), the number of elements. No elements: NULL and 0.
 *   Ownership   Inputs are borrowed for the call and copied if kept. Each handle has one `_free`, which accepts NULL.
 *               What a getter returns belongs to its handle and lives as long as the handle. Handles keep alive what
 *               they need: free them in any order. No memory of ours goes to free(), none of yours is kept.
 *   Threads     A handle taken as `const` may be used by many threads at once; other handles by one thread at a time.
 *               Creating and freeing are never concurrent with use. A client has threads of its own from its first request until it is
 *               freed; other calls start none but those that say so, which end with the call. No code of yours runs on a thread of
 *               ours, signals are blocked on them, and no thread-local or global state is kept that a caller can see.
 *   fork        Tokenizers, templates, models and results work in a forked child. A client made before fork answers
 *               TYPECASE_ERR_FORKED in the child, as do its requests; freeing them there does nothing to the parent's.
 *   Options     Structs of options start with `size_t size`: set it to sizeof the struct and the rest to zero, or use
 *               the _INIT macro. Zero is the default of every member. Structs grow only at the end.
 *   JSON        Open-ended inputs (messages, tools, sampling parameters) are JSON texts. Large outputs are flat arrays.
 *   Wrong use   NULL where a handle is needed and impossible lengths are answered with TYPECASE_ERR_ARGUMENT. A freed
 *               handle, or one of another type, cannot be recognised.
 */
#ifndef TYPECASE_H
#define TYPECASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TYPECASE_API __attribute__((visibility("default")))
#define TYPECASE_MUST_CHECK __attribute__((warn_unused_result))
#else
#define TYPECASE_API
#define TYPECASE_MUST_CHECK
#endif

/* ---- Version and status -------------------------------------------------------------------------------------- */

#define TYPECASE_VERSION_MAJOR 0
#define TYPECASE_VERSION_MINOR 1
#define TYPECASE_VERSION_PATCH 0

/** The version of the library that is loaded, "MAJOR.MINOR.PATCH". Compare it with the macros: before 1.0 they must agree. @since 0.1 */
TYPECASE_API const char *typecase_version(void);

/** What became of a call. Numbers never change meaning. Details are on the error object. */
typedef enum typecase_status {
    TYPECASE_OK = 0,
    /** A NULL, a length, an options size or a flag that no correct program passes: fix the calling code. */
    TYPECASE_ERR_ARGUMENT = 1,
    /** A text that must be JSON is not: typecase_error_line(), typecase_error_column(). */
    TYPECASE_ERR_JSON = 2,
    /** A value is missing, of the wrong type or out of range: typecase_error_field() names it. */
    TYPECASE_ERR_FIELD = 3,
    /** A text that must be UTF-8 is not: typecase_error_offset(). */
    TYPECASE_ERR_UTF8 = 4,
    /** A file of a model is missing, unreadable or broken: typecase_error_field() is its path. */
    TYPECASE_ERR_FILE = 5,
    /** The template has an error, or raised one: typecase_error_line(), typecase_error_column(). */
    TYPECASE_ERR_TEMPLATE = 6,
    /** Well formed, and something this version does not do: the message names it. */
    TYPECASE_ERR_UNSUPPORTED = 7,
    /** A token id outside the vocabulary. Nothing was sent. */
    TYPECASE_ERR_VOCABULARY = 8,
    /** A prompt longer than the window (found here, or by the engine): the message has both numbers. */
    TYPECASE_ERR_WINDOW = 9,
    /** A limit was reached: of a buffer, of a template, of an answer's size. */
    TYPECASE_ERR_LIMIT = 10,
    /** No connection: name not found, refused, TLS; or it broke before the answer was complete. */
    TYPECASE_ERR_NETWORK = 11,
    /** The time allowed for the call ran out. */
    TYPECASE_ERR_TIMEOUT = 12,
    /** A complete answer that makes no sense: not JSON, or half of one; fields missing or inconsistent. */
    TYPECASE_ERR_PROTOCOL = 13,
    /** HTTP 401 or 403: the key is wrong, or the endpoint is switched off on the server. */
    TYPECASE_ERR_DENIED = 14,
    /** HTTP 404: no such model or no such endpoint. */
    TYPECASE_ERR_NOT_FOUND = 15,
    /** HTTP 429 or 503: the engine is busy; try again later or elsewhere. */
    TYPECASE_ERR_BUSY = 16,
    /** Another HTTP 4xx: the engine refuses this request. Sending it again changes nothing. */
    TYPECASE_ERR_REJECTED = 17,
    /** Another HTTP 5xx, or an error inside a well-formed answer: the engine failed. */
    TYPECASE_ERR_SERVER = 18,
    /** The client was made before fork() and is used in the child. Make a new one there. */
    TYPECASE_ERR_FORKED = 19,
    /** A conversation that cannot go on from the ids it has: typecase_error_kind() says why. Render it anew. */
    TYPECASE_ERR_NOT_EXTENDABLE = 20,
    /** The request was cancelled, or its client freed, before it was done. */
    TYPECASE_ERR_CANCELLED = 21
} typecase_status;

/** The name of a status, "TYPECASE_ERR_JSON" for logs; "TYPECASE_ERR_UNKNOWN" for a number that is none. @since 0.1 */
TYPECASE_API const char *typecase_status_name(typecase_status status);

/* ---- Errors -------------------------------------------------------------------------------------------------- */

/** The details of a failed call. Immutable; may be read by many threads and outlives everything else. */
typedef struct typecase_error typecase_error;

/** Frees an error. NULL is accepted. @since 0.1 */
TYPECASE_API void typecase_error_free(typecase_error *error);

/** The status that the failed call returned; TYPECASE_ERR_ARGUMENT for NULL. @since 0.1 */
TYPECASE_API typecase_status typecase_error_status(const typecase_error *error);

/**
 * What went wrong, where, and what to do, in one or more sentences. Never NULL, ends in a NUL.
 * @param out_len  NULL, or receives the length in bytes.
 * @since 0.1
 */
TYPECASE_API const char *typecase_error_message(const typecase_error *error, size_t *out_len);

/** The line of the text that the error is in, from 1; 0 where there is none. @since 0.1 */
TYPECASE_API size_t typecase_error_line(const typecase_error *error);

/** The column of the error in its line, from 1, in characters; 0 where there is none. @since 0.1 */
TYPECASE_API size_t typecase_error_column(const typecase_error *error);

/** The byte of the input that the error is at, from 0; SIZE_MAX where there is none. @since 0.1 */
TYPECASE_API size_t typecase_error_offset(const typecase_error *error);

/** The field ("messages[2].content", "sampling_params.top_p") or the file that the error is in; "" where there is none. @since 0.1 */
TYPECASE_API const char *typecase_error_field(const typecase_error *error, size_t *out_len);

/** The HTTP status the engine answered with; 0 where no answer came. @since 0.1 */
TYPECASE_API int typecase_error_http_status(const typecase_error *error);

/** The engine's (or, for TYPECASE_ERR_TEMPLATE, the template's own raise_exception) words, unchanged; "" where there are none. @since 0.1 */
TYPECASE_API const char *typecase_error_source_message(const typecase_error *error, size_t *out_len);

/**
 * For TYPECASE_ERR_TEMPLATE the class of exception that jinja2 or Python raises for the error: "UndefinedError", "TypeError",
 * "TemplateSyntaxError", "TemplateError" (the template's own raise_exception)…; for TYPECASE_ERR_NOT_EXTENDABLE the reason, see
 * typecase_model_bridge(); "" for other errors. @since 0.1
 */
TYPECASE_API const char *typecase_error_kind(const typecase_error *error, size_t *out_len);

/* ---- Text ---------------------------------------------------------------------------------------------------- */

/** A text that the library made. Immutable. */
typedef struct typecase_text typecase_text;

/** The bytes, UTF-8, followed by a NUL. Never NULL ("" for a NULL handle). @since 0.1 */
TYPECASE_API const char *typecase_text_data(const typecase_text *text, size_t *out_len);

/**
 * Where the bytes of a rendered text come from: stretches of it, one after the other, that cover it.
 *
 * @param out_count  NULL, or receives the number of stretches.
 * @return           2 × *out_count values: the length of a stretch in bytes, and the place of its origin in
 *                   typecase_text_origins(). NULL and 0 where TYPECASE_TEMPLATE_ORIGINS was not asked for.
 * @since 0.1
 */
TYPECASE_API const uint32_t *typecase_text_runs(const typecase_text *text, size_t *out_count);

/**
 * What the origins of typecase_text_runs() are: a JSON array of objects, "" where they were not asked for. "kind" is
 *   "template"       text of the template: "source" is its [begin, end) in the template's bytes (lines ended by "\n"), "message"
 *                    the index of the message that was being handled, or -1
 *   "message"        a field of a message: "message" is its index, "path" the field ("content", "tool_calls[0].function.name")
 *   "tools", "documents", "variable", "special_token"
 *                    another variable: "path" leads to it
 * "derived" is false where the bytes stand so in that place, and true where they were made of what stands there: a number in digits,
 * a text in another case, the quotes and escapes of JSON.
 * @since 0.1
 */
TYPECASE_API const char *typecase_text_origins(const typecase_text *text, size_t *out_len);

/**
 * What {% generation %} blocks wrote, in the order in which they ended: 2 × *out_count values, begin and end in bytes.
 * @since 0.1
 */
TYPECASE_API const uint32_t *typecase_text_generations(const typecase_text *text, size_t *out_count);

/** Frees a text. NULL is accepted. @since 0.1 */
TYPECASE_API void typecase_text_free(typecase_text *text);

/* ---- Tokenizer ----------------------------------------------------------------------------------------------- */

/** A vocabulary and the rules that go with it. Immutable, shared by any number of threads. */
typedef struct typecase_tokenizer typecase_tokenizer;

/** The ids of one text, or of a batch of texts one after the other. Immutable. */
typedef struct typecase_encoding typecase_encoding;

/** Do not add the special tokens that the file's post-processor adds (BOS, EOS, [CLS]…). */
#define TYPECASE_ENCODE_NO_SPECIAL_TOKENS 1u
/** Take special tokens written in the text as ordinary text (`encode_special_tokens` of the reference). */
#define TYPECASE_ENCODE_SPECIAL_AS_TEXT 2u
/** Also compute the spans of the tokens in the text, their type ids and masks. Costs about as much again as the ids. */
#define TYPECASE_ENCODE_OFFSETS 4u
/**
 * Do what the sections "truncation" and "padding" of the file say, as the reference does when it loads such a file. Off by
 * default: whoever encodes a chat never wants it.
 */
#define TYPECASE_ENCODE_TRUNCATE_AND_PAD 8u
/**
 * Take bytes that are not UTF-8 for U+FFFD, one for each longest piece that could have begun a character (as Python's
 * errors="replace"), in the place of TYPECASE_ERR_UTF8. Spans are then those in the text with the replacements.
 */
#define TYPECASE_ENCODE_REPLACE_INVALID 16u
/**
 * Neither use nor fill the tables in which each thread that encodes remembers the words it met (5 MB, of fixed size) and a
 * tokenizer the stretches of text that came again (33 MB at most). The ids are the same; the time depends on the text alone.
 */
#define TYPECASE_ENCODE_NO_CACHE 32u

typedef struct typecase_encode_options {
    size_t size;
    uint32_t flags; /**< TYPECASE_ENCODE_… or-ed; 0 is what the reference does by default, without spans. */
    uint32_t reserved; /**< 0. */
} typecase_encode_options;
#define TYPECASE_ENCODE_OPTIONS_INIT { sizeof(typecase_encode_options), 0, 0 }

/**
 * Opens a tokenizer from a file.
 *
 * What was made of a file of 256 KB or more is kept in a directory, and the next time it is mapped into memory instead of
 * being made again: within a millisecond or two, in pages that processes share. The directory is $TYPECASE_CACHE, else
 * $XDG_CACHE_HOME/typecase, else ~/.cache/typecase; where TYPECASE_CACHE is empty or "off" nothing is kept. It may be deleted
 * at any time. Only files and directories that are the user's own, and that nobody else may write, are used; what is damaged
 * is made anew; where nothing can be written, nothing is kept. A source counts as unchanged as long as its device, inode,
 * size and times of change are what they were when it was last read, else by its content.
 *
 * @param path            The path of a `tokenizer.json`.
 * @param out_tokenizer   Receives the tokenizer. Free with typecase_tokenizer_free().
 * @retval TYPECASE_ERR_FILE         The file is missing, cannot be read, or is not a tokenizer: which field, and why.
 * @retval TYPECASE_ERR_UNSUPPORTED  A component of the tokenizer is not supported; the message names it. It is never
 *                                   approximated.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_tokenizer_open(
    const char *path, size_t path_len, typecase_tokenizer **out_tokenizer, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Makes a tokenizer from the text of a `tokenizer.json`.
 *
 * @retval TYPECASE_ERR_JSON, TYPECASE_ERR_FIELD, TYPECASE_ERR_UNSUPPORTED  As typecase_tokenizer_open().
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_tokenizer_new(
    const char *json, size_t json_len, typecase_tokenizer **out_tokenizer, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Makes a tokenizer from a tiktoken rank file: lines of a token in base64, a space and its rank, which is its id.
 *
 * Ids are those of the `tiktoken` package for the same file, pattern and special tokens (allowed_special="all").
 *
 * @param ranks           The content of the file.
 * @param pattern         The split pattern, a regular expression as the model's code has it.
 * @param special_tokens  A JSON object of ids by content: {"<|endoftext|>": 199999}. NULL for none.
 * @retval TYPECASE_ERR_FIELD        The file, or a special token, is not right: typecase_error_field().
 * @retval TYPECASE_ERR_UNSUPPORTED  The pattern has syntax outside of the subset that is supported.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_tokenizer_new_tiktoken(
    const char *ranks, size_t ranks_len, const char *pattern, size_t pattern_len, const char *special_tokens, size_t special_tokens_len,
    typecase_tokenizer **out_tokenizer, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Makes a tokenizer from the text of a `tekken.json`, Mistral's format. Special tokens come first, as the file says.
 *
 * @retval TYPECASE_ERR_JSON, TYPECASE_ERR_FIELD, TYPECASE_ERR_UNSUPPORTED  As typecase_tokenizer_open().
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_tokenizer_new_tekken(
    const char *json, size_t json_len, typecase_tokenizer **out_tokenizer, typecase_error **out_error) TYPECASE_MUST_CHECK;

/** Frees a tokenizer. NULL is accepted. @since 0.1 */
TYPECASE_API void typecase_tokenizer_free(typecase_tokenizer *tokenizer);

/**
 * Encodes a text: the ids are those of the reference library (`tokenizers` 0.23), id for id.
 *
 * @param options       NULL for the defaults.
 * @param out_encoding  Receives the ids. Free with typecase_encoding_free(). Does not need the tokenizer.
 * @retval TYPECASE_ERR_UTF8   text is not UTF-8: typecase_error_offset().
 * @retval TYPECASE_ERR_LIMIT  text is 2 GiB or longer.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_tokenizer_encode(
    const typecase_tokenizer *tokenizer, const char *text, size_t text_len, const typecase_encode_options *options,
    typecase_encoding **out_encoding, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Encodes two texts as one, as the file's post-processor puts a pair together (a question and its passage). Spans are those
 * in the text that a token is of; typecase_encoding_type_ids() tells which.
 *
 * @retval TYPECASE_ERR_UTF8   A text is not UTF-8: typecase_error_field() is "first" or "second".
 * @retval TYPECASE_ERR_FIELD  The post-processor has no place for a second text.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_tokenizer_encode_pair(
    const typecase_tokenizer *tokenizer, const char *first, size_t first_len, const char *second, size_t second_len,
    const typecase_encode_options *options, typecase_encoding **out_encoding, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Encodes many texts. One result holds them all: typecase_encoding_starts() tells where each begins.
 *
 * @param texts      count pointers.
 * @param text_lens  count lengths in bytes.
 * @retval TYPECASE_ERR_UTF8   A text is not UTF-8: typecase_error_field() is "texts[i]".
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_tokenizer_encode_batch(
    const typecase_tokenizer *tokenizer, const char *const *texts, const size_t *text_lens, size_t count,
    const typecase_encode_options *options, typecase_encoding **out_encoding, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Encodes a text into memory of the caller.
 *
 * @param ids        Room for capacity ids. A text of n bytes has at most n ids, and those that the post-processor adds.
 * @param out_count  Receives the number of ids the text has, also when they did not fit.
 * @retval TYPECASE_ERR_LIMIT  They did not fit: the first capacity ids are written, and *out_count is set.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_tokenizer_encode_into(
    const typecase_tokenizer *tokenizer, const char *text, size_t text_len, const typecase_encode_options *options,
    uint32_t *ids, size_t capacity, size_t *out_count, typecase_error **out_error) TYPECASE_MUST_CHECK;

/** The ids. *out_count is their number over all texts. @since 0.1 */
TYPECASE_API const uint32_t *typecase_encoding_ids(const typecase_encoding *encoding, size_t *out_count);

/** Where each text's ids begin in the ids, and the end of the last: *out_count = number of texts + 1 values. @since 0.1 */
TYPECASE_API const size_t *typecase_encoding_starts(const typecase_encoding *encoding, size_t *out_count);

/**
 * The spans of the tokens in their text, in bytes: begin and end of each token, half open, 2 × *out_count values.
 * NULL and 0 where TYPECASE_ENCODE_OFFSETS was not asked for. @since 0.1
 */
TYPECASE_API const uint32_t *typecase_encoding_byte_offsets(const typecase_encoding *encoding, size_t *out_count);

/** The same spans in characters (code points), as the reference gives them. @since 0.1 */
TYPECASE_API const uint32_t *typecase_encoding_char_offsets(const typecase_encoding *encoding, size_t *out_count);

/**
 * Which text each token is of, as the post-processor says: 0 or 1 with most. One value a token.
 * NULL and 0 where TYPECASE_ENCODE_OFFSETS was not asked for, as are the next two. @since 0.1
 */
TYPECASE_API const uint32_t *typecase_encoding_type_ids(const typecase_encoding *encoding, size_t *out_count);

/** 1 for each token that the post-processor or the padding added, 0 for those of the text. @since 0.1 */
TYPECASE_API const uint8_t *typecase_encoding_special_tokens_mask(const typecase_encoding *encoding, size_t *out_count);

/** 0 for padding, 1 for every other token. @since 0.1 */
TYPECASE_API const uint8_t *typecase_encoding_attention_mask(const typecase_encoding *encoding, size_t *out_count);

/** Frees an encoding. NULL is accepted. @since 0.1 */
TYPECASE_API void typecase_encoding_free(typecase_encoding *encoding);

/**
 * The text of ids, as the reference decodes them: ids without a token are passed over, bytes that are not UTF-8 become
 * U+FFFD.
 *
 * @param skip_special_tokens  Non-zero to leave out tokens that the vocabulary calls special.
 * @param out_text             Receives the text. Free with typecase_text_free().
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_tokenizer_decode(
    const typecase_tokenizer *tokenizer, const uint32_t *ids, size_t count, int skip_special_tokens,
    typecase_text **out_text, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * As typecase_tokenizer_decode(), into memory of the caller.
 *
 * @param text     Room for capacity bytes. No NUL is put behind the text.
 * @param out_len  Receives the number of bytes the text has, also when they did not fit.
 * @retval TYPECASE_ERR_LIMIT  They did not fit: the first capacity bytes are written, and *out_len is set.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_tokenizer_decode_into(
    const typecase_tokenizer *tokenizer, const uint32_t *ids, size_t count, int skip_special_tokens, char *text, size_t capacity,
    size_t *out_len, typecase_error **out_error) TYPECASE_MUST_CHECK;

/** Decodes ids as they come. One thread at a time. Holds its tokenizer. */
typedef struct typecase_decoder typecase_decoder;

/**
 * Makes a decoder for ids that come one after the other.
 *
 * @param skip_special_tokens  As typecase_tokenizer_decode().
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_decoder_new(
    const typecase_tokenizer *tokenizer, int skip_special_tokens, typecase_decoder **out_decoder, typecase_error **out_error)
    TYPECASE_MUST_CHECK;

/**
 * Takes more ids and gives the text that is certain with them: whole characters, none of which a later id can change. The
 * texts of all calls, put together, are what typecase_tokenizer_decode() gives for all ids at once.
 *
 * @param out_text  Receives the text, which belongs to the decoder and is good until its next call. Not NULL; NUL follows it.
 * @param out_len   Receives its bytes; 0 is common. May be NULL.
 * @retval TYPECASE_ERR_ARGUMENT  The decoder is finished.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_decoder_push(
    typecase_decoder *decoder, const uint32_t *ids, size_t count, const char **out_text, size_t *out_len,
    typecase_error **out_error) TYPECASE_MUST_CHECK;

/** Gives what was held back, and ends the decoder: parameters and errors as typecase_decoder_push(). @since 0.1 */
TYPECASE_API typecase_status typecase_decoder_finish(
    typecase_decoder *decoder, const char **out_text, size_t *out_len, typecase_error **out_error) TYPECASE_MUST_CHECK;

/** Frees a decoder. NULL is accepted. @since 0.1 */
TYPECASE_API void typecase_decoder_free(typecase_decoder *decoder);

/** The number of tokens, added tokens included; 0 for NULL. Ids need not be dense: see typecase_tokenizer_id_limit(). @since 0.1 */
TYPECASE_API size_t typecase_tokenizer_vocab_size(const typecase_tokenizer *tokenizer);

/** One more than the largest id; 0 for NULL. @since 0.1 */
TYPECASE_API size_t typecase_tokenizer_id_limit(const typecase_tokenizer *tokenizer);

/** The id of a token as the file spells it, or -1 where there is none. @since 0.1 */
TYPECASE_API int64_t typecase_tokenizer_token_to_id(const typecase_tokenizer *tokenizer, const char *token, size_t token_len);

/**
 * The token of an id as the file spells it (byte-level alphabets are not undone: use decode for that).
 *
 * @retval TYPECASE_ERR_VOCABULARY  No token has this id.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_tokenizer_id_to_token(
    const typecase_tokenizer *tokenizer, uint32_t id, typecase_text **out_text, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * The bytes that a token stands for: byte-level alphabets are undone. They need not be UTF-8.
 *
 * @param out_text  Receives them. Free with typecase_text_free().
 * @retval TYPECASE_ERR_VOCABULARY  No token has this id.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_tokenizer_token_bytes(
    const typecase_tokenizer *tokenizer, uint32_t id, typecase_text **out_text, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * What the tokenizer is made of, as a JSON object: "model", "normalizer", "pre_tokenizer", "post_processor", "decoder"
 * (kinds: a string, an array of them, or null), "vocab_size", "id_limit", "added_tokens" (each with id, content and flags),
 * "truncation" and "padding" as the file has them: TYPECASE_ENCODE_TRUNCATE_AND_PAD applies them.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_tokenizer_info(
    const typecase_tokenizer *tokenizer, typecase_text **out_json, typecase_error **out_error) TYPECASE_MUST_CHECK;

/* ---- Template ------------------------------------------------------------------------------------------------ */

/** A compiled chat template. Immutable, shared by any number of threads. */
typedef struct typecase_template typecase_template;

/** Also say where every byte of the text comes from. Costs less than half as much again. */
#define TYPECASE_TEMPLATE_ORIGINS 1u

typedef struct typecase_template_options {
    size_t size;
    /** What strftime_now sees: "YYYY-MM-DD", "YYYY-MM-DDTHH:MM" or "YYYY-MM-DDTHH:MM:SS". NULL: the clock, in local time. */
    const char *now;
    size_t now_len;
    uint32_t flags; /**< TYPECASE_TEMPLATE_… or-ed. */
    /** Macro calls and recursive loops inside each other; 0: 200. More is TYPECASE_ERR_LIMIT, as are the next two. */
    uint32_t max_depth;
    /** Steps of the template: instructions, and work of filters in the same coin. 0: a default that grows with the context. */
    uint64_t max_steps;
    /** Bytes of the text, and of any string on the way. 0: a default that grows with the context. */
    uint64_t max_output_bytes;
} typecase_template_options;
#define TYPECASE_TEMPLATE_OPTIONS_INIT { sizeof(typecase_template_options), NULL, 0, 0, 0, 0, 0 }

/**
 * Compiles a template: Jinja as `transformers` sets it up for chat templates.
 *
 * @retval TYPECASE_ERR_TEMPLATE  It is not a template: line and column of what was not expected.
 * @retval TYPECASE_ERR_UTF8      source is not UTF-8.
 * @retval TYPECASE_ERR_LIMIT     It is nested deeper than the compiler allows.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_template_new(
    const char *source, size_t source_len, typecase_template **out_template, typecase_error **out_error) TYPECASE_MUST_CHECK;

/** Frees a template. NULL is accepted. @since 0.1 */
TYPECASE_API void typecase_template_free(typecase_template *template_);

/**
 * Renders a template over a context: every member of a JSON object is a variable of the template.
 *
 * @param options   NULL for the defaults.
 * @param out_text  Receives the text. Free with typecase_text_free().
 * @retval TYPECASE_ERR_JSON      context is not JSON.
 * @retval TYPECASE_ERR_FIELD     context is not an object, or options->now is not a time.
 * @retval TYPECASE_ERR_TEMPLATE  The template failed, or raised an error: typecase_error_source_message() has its words.
 * @retval TYPECASE_ERR_LIMIT     The template took more steps, memory or depth than a template over this context may.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_template_render(
    const typecase_template *template_, const char *context, size_t context_len, const typecase_template_options *options,
    typecase_text **out_text, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * What a template reads and does, as a JSON object:
 *   "variables"     array: what it reads beside its own names, each {"name", "optional"} and, where the template gives a constant
 *                   for one that is not there, "default"
 *   "roles"         array of strings: what it compares a message's role with
 *   "message_fields", "reasoning_fields"
 *                   arrays of strings: the fields of messages that it reads, and those of them that hold reasoning
 *   "part_types"    array of strings: what it compares the type of a part of a message's content with
 *   "generation"    boolean: it has {% generation %} blocks
 *   "capabilities"  object, found by rendering small marked chats: "system", "developer", "tools", "tool_calls", "tool_results",
 *                   "documents", "reasoning", "parts" (content as a list of parts), "generation_prompt": booleans; "media": array
 *                   of the kinds of parts that leave a mark ("image", "video", "audio")
 *
 * @param variables  A JSON object of what the template gets beside the chat, such as {"bos_token": "<s>"}; NULL for nothing.
 *                   Some templates fail without them, and then seem to do less.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_template_info(
    const typecase_template *template_, const char *variables, size_t variables_len,
    typecase_text **out_json, typecase_error **out_error) TYPECASE_MUST_CHECK;

/* ---- Model --------------------------------------------------------------------------------------------------- */

/** A tokenizer, a chat template and a model's settings. Immutable, shared by any number of threads. */
typedef struct typecase_model typecase_model;

/** What a model rendered: ids and the text they stand for. One prompt, or several one after the other. Immutable. */
typedef struct typecase_rendered typecase_rendered;

/** The pieces of a model, where they do not lie in a directory. Strings may be NULL where the model has none. */
typedef struct typecase_model_parts {
    size_t size;
    const char *tokenizer_json; /**< The text of tokenizer.json. Required. */
    size_t tokenizer_json_len;
    const char *chat_template; /**< The Jinja source. NULL: the one in config, if any. */
    size_t chat_template_len;
    /**
     * A JSON object with what the other files of a model directory say, by file: "tokenizer_config", "generation_config",
     * "config", "sentence_bert_config". Members beside these are read as members of "tokenizer_config": {"bos_token": "<s>"} is enough.
     */
    const char *config;
    size_t config_len;
} typecase_model_parts;
#define TYPECASE_MODEL_PARTS_INIT { sizeof(typecase_model_parts), NULL, 0, NULL, 0, NULL, 0 }

/**
 * Opens a model directory as the hub lays it out: tokenizer.json (required), tokenizer_config.json, special_tokens_map.json,
 * chat_template.jinja, additional_chat_templates/NAME.jinja, chat_template.json, generation_config.json, config.json.
 *
 * @retval TYPECASE_ERR_FILE         Which file, and what in it.
 * @retval TYPECASE_ERR_UNSUPPORTED  A component of the tokenizer is not supported.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_model_open(
    const char *directory, size_t directory_len, typecase_model **out_model, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Makes a model from its parts.
 *
 * @retval TYPECASE_ERR_FIELD  A part is missing or wrong: typecase_error_field() names it ("tokenizer_json", "config.eos_token"…).
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_model_new(
    const typecase_model_parts *parts, typecase_model **out_model, typecase_error **out_error) TYPECASE_MUST_CHECK;

/** Frees a model. NULL is accepted. @since 0.1 */
TYPECASE_API void typecase_model_free(typecase_model *model);

/** The model's tokenizer, as a handle of its own: free with typecase_tokenizer_free(). @since 0.1 */
TYPECASE_API typecase_status typecase_model_tokenizer(
    const typecase_model *model, typecase_tokenizer **out_tokenizer, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * The model's facts as a JSON object: "stop_token_ids" (what the model's files say), "turn_end_token_ids" (what the template
 * closes turns of the assistant with, found by rendering), "special_tokens", "chat_templates" (names), "template_variables"
 * (names), "vocab_size" (ids the model takes), "window" (null where no file says), "reasoning" (start and end marker, or null),
 * "thinking_retention" (which turns keep their reasoning: "all", "tool_cycle": until a user speaks, "template": none or only the last,
 * or null where the template shows none),
 * "template" (the default template's typecase_template_info(): variables and their defaults, roles, fields of reasoning, tools,
 * kinds of media; or null).
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_model_info(
    const typecase_model *model, typecase_text **out_json, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Whether a chat that ends with the assistant keeps its ids when messages follow, without generation prompt: found out by
 * rendering some dozens of small chats.
 *
 * @param request   NULL, or a JSON object with what typecase_model_render() takes beside messages: "tools" (any: small ones of
 *                  ours stand in for them), "chat_template_kwargs", "chat_template", "mode", "now".
 * @param out_json  Receives {"is_prefix_stable": true, false, or null where the template rendered none of the chats; "pairs": how
 *                  many it rendered; "witness": null, or a chat that does not keep its ids: "messages", "appended", "token" (the
 *                  first that differs), "before" and "after" (the text from there)}. A template that rewrites the past only for
 *                  words or roles that none of the chats has is taken for stable. Free with typecase_text_free().
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_model_prefix_stability(
    const typecase_model *model, const char *request, size_t request_len, typecase_text **out_json,
    typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Renders a chat: the ids are those of `tokenizer.apply_chat_template(messages, tokenize=True)` of transformers 5.23 for the
 * same template and messages.
 *
 * @param request  A JSON object:
 *                   "messages"                array of objects, required
 *                   "tools", "documents"      arrays, as the template takes them
 *                   "add_generation_prompt"   boolean, default false
 *                   "continue_final_message"  boolean, default false: the text ends where the last message's content ends
 *                   "chat_template_kwargs"    object: further variables of the template
 *                   "chat_template"           name of one of the model's templates; default: "tool_use" if there are tools
 *                                             and the model has it, else "default"
 *                   "mode"                    "apply_chat_template" (default) or "render": the messages as they are, without
 *                                             what transformers does to them first (see README)
 *                   "now"                     a time for strftime_now, as typecase_template_options.now
 *                   "attribution"             boolean, default false: whose each token is (typecase_rendered_message_indices()
 *                                             and what follows it). The ids stay the same. The first such render with a
 *                                             template, and with other chat_template_kwargs, also renders some twenty chats of
 *                                             a few words, to find out where turns begin and end
 *                   "special_tokens_in_content"  what becomes of added tokens that stand in what the caller wrote (fields of
 *                                             messages but roles, tools, documents): "parse" (default) as in the reference;
 *                                             "text": they are text, and only the template writes control tokens; "reject":
 *                                             TYPECASE_ERR_FIELD, which names the field. Or an object from roles to these, for
 *                                             messages of these roles. Added runs of white space are always parsed
 * @param out_rendered  Receives the ids, their spans and the text. Free with typecase_rendered_free().
 * Messages that a model has seen, up to 8 MB of them, are not parsed again where their text is the same.
 *
 * @retval TYPECASE_ERR_JSON, TYPECASE_ERR_FIELD     The request: where, or which member.
 * @retval TYPECASE_ERR_TEMPLATE, TYPECASE_ERR_LIMIT As typecase_template_render().
 * @retval TYPECASE_ERR_UNSUPPORTED                  The model has no chat template.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_model_render(
    const typecase_model *model, const char *request, size_t request_len, typecase_rendered **out_rendered,
    typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Goes on with a conversation whose last turn was sampled: the ids that follow prompt_ids and completion_ids, as the model's template
 * goes on with new messages. The ids that are there stay as they are; nothing of them is encoded, rendered or copied. Costs what is
 * new: of the prompt the last 16 ids are read (all of them only where the template drops reasoning and the completion has none).
 * The first bridge with a template, its variables and the roles of new messages renders some dozens of small chats.
 *
 * What was sampled after a stop token stays. A completion without a stop token gets the template's close of a turn, and of
 * reasoning, as the first of the new ids: context that is not learned from. Where the opener of the next turn is what stopped the
 * model, it is not repeated.
 *
 * @param prompt_ids      prompt_count ids that the completion was sampled from: a whole prompt, with its generation prompt.
 * @param completion_ids  completion_count ids as they were sampled, the stop token among them; may be none.
 * @param request         A JSON object: "messages" (the new ones alone: of tools, users, systems), "tools", "chat_template_kwargs",
 *                        "chat_template", "mode", "now", "special_tokens_in_content" as for typecase_model_render(), and
 *                          "add_generation_prompt"  boolean, default true
 *                          "attribution"            boolean, default false: whose each new token is; messages count from the
 *                                                   first new one, and spans are in the new text. Without it there are no spans
 *                          "thinking_retention"     what reasoning that was sampled needs to stay: "template": that the template
 *                                                   keeps it with such messages behind it; "tool_cycle": that no user speaks;
 *                                                   "all": nothing; "auto" (default): as "template" where the model reasoned in
 *                                                   words, else as "all"
 *                          "has_system_message"     boolean: asked for by few templates, those that carry a system message along
 * @param out_rendered    Receives the new ids and their text. Free with typecase_rendered_free().
 * @retval TYPECASE_ERR_NOT_EXTENDABLE  typecase_error_kind() is "no_prompt", "no_messages", "assistant_message" (among the new
 *                        ones), "reasoning_open" (at a stop token), "thinking_retention", "rewrites_history" (the template changes
 *                        what came before), "depends_on_history" (it counts calls, for instance), "tool_name_missing" (of a
 *                        tool's message, and the completion does not show it), "template_refuses" or "turn_not_found".
 * @retval TYPECASE_ERR_JSON, TYPECASE_ERR_FIELD, TYPECASE_ERR_LIMIT, TYPECASE_ERR_UNSUPPORTED  As typecase_model_render().
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_model_bridge(
    const typecase_model *model, const uint32_t *prompt_ids, size_t prompt_count, const uint32_t *completion_ids,
    size_t completion_count, const char *request, size_t request_len, typecase_rendered **out_rendered,
    typecase_error **out_error) TYPECASE_MUST_CHECK;

/* ---- Chats --------------------------------------------------------------------------------------------------- */

/**
 * A conversation that grows: its messages and tools are read once. Keeps its model alive. typecase_chat_append() needs it alone;
 * other functions may run in many threads at once.
 */
typedef struct typecase_chat typecase_chat;

/**
 * Makes a chat.
 *
 * @param request   A JSON object: "messages" (default: none), "tools", "documents", "chat_template", "mode" and
 *                  "chat_template_kwargs", as for typecase_model_render().
 * @param out_chat  Receives the chat. Free with typecase_chat_free().
 * @retval TYPECASE_ERR_JSON, TYPECASE_ERR_FIELD  The request: where, or which member.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_chat_new(
    const typecase_model *model, const char *request, size_t request_len, typecase_chat **out_chat,
    typecase_error **out_error) TYPECASE_MUST_CHECK;

/** Frees a chat. NULL is accepted. @since 0.1 */
TYPECASE_API void typecase_chat_free(typecase_chat *chat);

/**
 * Adds messages, all or none. Costs what they are, whatever the chat holds.
 *
 * @param messages  A JSON array of objects.
 * @retval TYPECASE_ERR_JSON, TYPECASE_ERR_FIELD  Where, or which message.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_chat_append(
    typecase_chat *chat, const char *messages, size_t messages_len, typecase_error **out_error) TYPECASE_MUST_CHECK;

/** The number of messages; 0 for NULL. @since 0.1 */
TYPECASE_API size_t typecase_chat_count(const typecase_chat *chat);

/**
 * Renders a chat: what typecase_model_render() makes of the same messages. Text that was encoded before, by any chat of the model,
 * is not encoded again.
 *
 * @param options  NULL, or a JSON object: "add_generation_prompt", "continue_final_message", "chat_template_kwargs" (beside those of
 *                 the chat, and before them), "now", "attribution", "special_tokens_in_content" as for typecase_model_render(); and
 *                 "message_count", integer, default all: the first so many messages.
 * @param out_rendered  Receives ids and text. Free with typecase_rendered_free().
 * @retval  As typecase_model_render(); TYPECASE_ERR_FIELD for members that are the chat's.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_chat_render(
    const typecase_chat *chat, const char *options, size_t options_len, typecase_rendered **out_rendered,
    typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * typecase_model_bridge() with the messages that follow the last one of the assistant: append what was sampled as a message, then what
 * answers it. The names of tools that were called, and whether there is a system message, are known.
 *
 * @param options  NULL, or a JSON object: "add_generation_prompt", "chat_template_kwargs", "now", "attribution",
 *                 "special_tokens_in_content", "thinking_retention" as for typecase_model_bridge(), and "message_count".
 * @retval  As typecase_model_bridge(); TYPECASE_ERR_FIELD for members that are the chat's.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_chat_bridge(
    const typecase_chat *chat, const uint32_t *prompt_ids, size_t prompt_count, const uint32_t *completion_ids,
    size_t completion_count, const char *options, size_t options_len, typecase_rendered **out_rendered,
    typecase_error **out_error) TYPECASE_MUST_CHECK;

/* ---- Completion prompts -------------------------------------------------------------------------------------- */

/**
 * Renders completion prompts: texts, ids, or several of them.
 *
 * @param request  A JSON object:
 *                   "prompt"                  string | [string] | [integer] | [[integer]] (strings and id lists may mix)
 *                   "max_length"              integer: a longer prompt is TYPECASE_ERR_WINDOW
 *                   "truncate_prompt_tokens"  integer: keep at most this many ids; -1: max_length, or else the model's
 *                                             window; 0 leaves none, which is an error unless allow_empty is true (vLLM
 *                                             0.32 refuses such a prompt; before, 0 was an empty result)
 *                   "truncation_side"         "left" (default: the last ids are kept) or "right"
 *                   "add_special_tokens"      boolean, default true; for texts only
 *                   "allow_empty"             boolean, default false: whether a prompt may have no ids
 *                   "do_lower_case"           boolean: lowercase texts first, as Python does; default: what
 *                                             sentence_bert_config.json says
 *                   "cache_salt"              string of 1 to 128 characters without '@', '/', '\' and NUL; checked here,
 *                                             sent by typecase_generate()
 * @param out_rendered  One result for all prompts, in order: typecase_rendered_starts().
 * @retval TYPECASE_ERR_VOCABULARY  A given id is not in the vocabulary: typecase_error_field() names it.
 * @retval TYPECASE_ERR_WINDOW      A prompt is longer than max_length.
 * @retval TYPECASE_ERR_FIELD       truncate_prompt_tokens is larger than max_length, a prompt is empty, …
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_model_render_prompt(
    const typecase_model *model, const char *request, size_t request_len, typecase_rendered **out_rendered,
    typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Renders a chat to learn from: its ids, and the mask of those that are learned from. One render.
 *
 * A token is learned from if it belongs to a message that message_loss_mask does not take out, and
 *   where the message's role is among content_roles: if it is content (typecase_rendered_is_content());
 *   else: if it is sampled, and role_to_mask says yes to the message.
 *
 * @param request  A JSON object: what typecase_model_render() takes, and
 *                   "roles"              array of roles that are learned from; default: all that is sampled
 *                   "role_to_mask"       the same as an object from roles to booleans (roles that are not in it: false), or as
 *                                        an array of booleans, one a message. Not with roles
 *                   "content_roles"      array of roles whose content is learned from, sampled or not
 *                   "ensure_final_stop"  boolean: where the last message is an assistant's that is learned from, and the last
 *                                        token learned from is no stop token, the model's first stop token is appended. Its
 *                                        span in the text is empty
 *                   "message_loss_mask"  array of booleans (or 0 and 1), one a message: false takes the message out
 *                   "max_length"         integer: ids beyond are cut off; the cut never goes through the tokens of an image,
 *                                        nor does a stop token, which is one id, ever get cut in two. Spans and counts of
 *                                        messages are those of what is left
 * @param out_rendered  Receives ids, attribution and typecase_rendered_loss_mask(). Free with typecase_rendered_free().
 * @retval TYPECASE_ERR_FIELD  A mask of another length than messages, an entry that is no boolean, …
 * Other errors as typecase_model_render().
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_model_training_sample(
    const typecase_model *model, const char *request, size_t request_len, typecase_rendered **out_rendered,
    typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Renders many chats to learn from, on several threads that begin and end with the call.
 *
 * @param request  A JSON object:
 *                   "samples"  array of objects, each as the request of typecase_model_training_sample()
 *                   "threads"  integer, default 1; the calling thread is one of them. At most 256 are started
 *                 and members that go for all samples that do not have them.
 * @param out_rendered  One result for all samples, in order: typecase_rendered_starts(), typecase_rendered_message_starts().
 *                      On the first sample that fails there is none; the error's field begins with "samples[i]".
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_model_training_samples(
    const typecase_model *model, const char *request, size_t request_len, typecase_rendered **out_rendered,
    typecase_error **out_error) TYPECASE_MUST_CHECK;

/** The ids of all prompts. @since 0.1 */
TYPECASE_API const uint32_t *typecase_rendered_ids(const typecase_rendered *rendered, size_t *out_count);

/** Where each prompt's ids begin, and the end of the last: *out_count = number of prompts + 1 values. @since 0.1 */
TYPECASE_API const size_t *typecase_rendered_starts(const typecase_rendered *rendered, size_t *out_count);

/** Spans of the ids in their prompt's text, in bytes, 2 × *out_count values. Prompts given as ids have spans of (0, 0). @since 0.1 */
TYPECASE_API const uint32_t *typecase_rendered_byte_offsets(const typecase_rendered *rendered, size_t *out_count);

/** The same spans in characters. @since 0.1 */
TYPECASE_API const uint32_t *typecase_rendered_char_offsets(const typecase_rendered *rendered, size_t *out_count);

/**
 * The text of prompt `index`; "" for a prompt that was given as ids, and for an index that is none.
 * @since 0.1
 */
TYPECASE_API const char *typecase_rendered_text(const typecase_rendered *rendered, size_t index, size_t *out_len);

/* What a token is: the values of typecase_rendered_kinds(). Numbers never change meaning; new ones may come. */
#define TYPECASE_KIND_SCAFFOLD 0u          /**< Text of the template: headers, markers, closers, roles and names in them. */
#define TYPECASE_KIND_CONTENT 1u           /**< What a message says. */
#define TYPECASE_KIND_REASONING 2u         /**< What an assistant thought. */
#define TYPECASE_KIND_TOOL_NAME 3u         /**< The name in a tool call. */
#define TYPECASE_KIND_TOOL_ARGUMENTS 4u    /**< The arguments of a tool call, their names and what was written to print them. */
#define TYPECASE_KIND_TOOL_CALL 5u         /**< The rest of what a message's tool call says: its id, its type. */
#define TYPECASE_KIND_TOOL_RESULT 6u       /**< What a message of a tool says. */
#define TYPECASE_KIND_TOOLS 7u             /**< Definitions of tools. */
#define TYPECASE_KIND_DOCUMENTS 8u         /**< Documents. */
#define TYPECASE_KIND_MEDIA 9u             /**< A placeholder of an image, a video or a sound, where it is an added token. */
#define TYPECASE_KIND_GENERATION_PROMPT 10u /**< What add_generation_prompt adds. */
#define TYPECASE_KIND_SPECIAL 11u          /**< A special token that the template took from its variables (bos_token, eos_token). */

/*
 * Attribution: one value for each id, in the order of the ids, prompt after prompt. NULL and 0 where the request did not ask
 * ("attribution": true; training samples always have it). A token belongs to whom its first byte belongs to.
 */

/**
 * Whose each token is: an index into the request's messages, or -1 for what belongs to none of them: beginning of text, what
 * stands in front of the first turn, a default system text, tools in a turn of their own, the generation prompt.
 *
 * The header and the closer of a message's turn are the message's. Indices may go back and forth where a template reorders.
 * Where turns have no closer and the model stops with the opener of the next turn (a stop token of the model's files), that
 * opener belongs to the turn it stopped.
 * @since 0.1
 */
TYPECASE_API const int32_t *typecase_rendered_message_indices(const typecase_rendered *rendered, size_t *out_count);

/**
 * 1 where the model, given the generation prompt, would have sampled the token: on turns of the assistant, from where the
 * generation prompt ends (a <think> that it opens was not sampled) up to and including the token that stops the turn; not the
 * newline behind it, and not what a template writes in the place of reasoning that it left out. Where a turn has no stop
 * token, up to its end without white space.
 * @since 0.1
 */
TYPECASE_API const uint8_t *typecase_rendered_sampled_mask(const typecase_rendered *rendered, size_t *out_count);

/**
 * 1 where the token is of the message's own content, reasoning or tool calls, and no role, name or marker; on turns of the
 * assistant the same as the sampled mask.
 * @since 0.1
 */
TYPECASE_API const uint8_t *typecase_rendered_is_content(const typecase_rendered *rendered, size_t *out_count);

/** What each token is: TYPECASE_KIND_…. @since 0.1 */
TYPECASE_API const uint8_t *typecase_rendered_kinds(const typecase_rendered *rendered, size_t *out_count);

/** 1 where a token holds bytes of two owners or two kinds: what is said of it is true of its first byte. @since 0.1 */
TYPECASE_API const uint8_t *typecase_rendered_straddles(const typecase_rendered *rendered, size_t *out_count);

/**
 * 1 for tokens of `{% generation %}` blocks: the assistant mask of transformers 5.23 (return_assistant_tokens_mask). NULL and 0
 * also where the templates wrote no such block.
 * @since 0.1
 */
TYPECASE_API const uint8_t *typecase_rendered_generation_mask(const typecase_rendered *rendered, size_t *out_count);

/** 1 for tokens that are learned from; NULL and 0 for what is no training sample. @since 0.1 */
TYPECASE_API const uint8_t *typecase_rendered_loss_mask(const typecase_rendered *rendered, size_t *out_count);

/** Where each prompt's messages begin in the arrays of messages, and the end of the last: number of prompts + 1 values. @since 0.1 */
TYPECASE_API const size_t *typecase_rendered_message_starts(const typecase_rendered *rendered, size_t *out_count);

/**
 * From each message's first token to behind its last, counted in its prompt: 2 × *out_count values; -1, -1 for a message
 * without tokens. Tokens of others may lie between.
 * @since 0.1
 */
TYPECASE_API const int32_t *typecase_rendered_message_spans(const typecase_rendered *rendered, size_t *out_count);

/** How many tokens each message has, and how many of them are sampled: 2 × *out_count values. @since 0.1 */
TYPECASE_API const uint32_t *typecase_rendered_message_counts(const typecase_rendered *rendered, size_t *out_count);

/**
 * Of each message a JSON object {"role", "tool_name"}, as an array; "" where there is no attribution. The tool's name of a
 * message of a tool is its own "name", or the name of the earlier call that its "tool_call_id" answers; else null.
 * @since 0.1
 */
TYPECASE_API const char *typecase_rendered_messages(const typecase_rendered *rendered, size_t *out_len);

/**
 * How many added tokens (without runs of white space) stand in what callers wrote, and not in the template: fields of
 * messages, tools, documents. 0 where there is no attribution.
 * @since 0.1
 */
TYPECASE_API size_t typecase_rendered_control_tokens_in_content(const typecase_rendered *rendered);

/** Frees a result. NULL is accepted. @since 0.1 */
TYPECASE_API void typecase_rendered_free(typecase_rendered *rendered);

/* ---- Parsing ------------------------------------------------------------------------------------------------- */

/** What a model said: content, reasoning, tool calls. Immutable. */
typedef struct typecase_parsed typecase_parsed;

/** Reads what a model says, as it comes. One thread at a time. Holds its model. */
typedef struct typecase_parser typecase_parser;

/*
 * Options of the functions below: NULL, or a JSON object with
 *   "tools"                 array: the tools of the request. Where a format writes values without their types, the tools' JSON
 *                           schemas say which are strings; a call of none of them has status "unknown_tool"
 *   "chat_template"         string, "chat_template_kwargs" object: as the prompt was rendered with
 * The prompt's ids tell what its last words have opened already, as a <think> does. NULL: what the template would write.
 */

/**
 * How the model writes reasoning, content and tool calls: a JSON object, found out from its chat template by rendering small
 * chats, once for a template and its variables. docs/parsing.md has every member.
 *
 * @param out_json  Free with typecase_text_free().
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_model_format(
    const typecase_model *model, const char *options, size_t options_len, typecase_text **out_json,
    typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * The same model with a format that was written by hand. Shares everything else; neither needs the other to stay alive.
 *
 * @param format  A JSON object as typecase_model_format() gives.
 * @retval TYPECASE_ERR_FIELD  Which member is wrong.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_model_with_format(
    const typecase_model *model, const char *format, size_t format_len, typecase_model **out_model,
    typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Reads a completion. Any ids are read, in time that grows with their number.
 *
 * @param ids         What was sampled, the stop token included or not. What is behind a stop token is not read.
 * @param prompt_ids  NULL, or the prompt.
 * @param out_parsed  Free with typecase_parsed_free(). Does not need the model.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_model_parse(
    const typecase_model *model, const uint32_t *ids, size_t count, const uint32_t *prompt_ids, size_t prompt_ids_count,
    const char *options, size_t options_len, typecase_parsed **out_parsed, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Everything that was found, a JSON object:
 *   "content"            string: the text around and between calls
 *   "reasoning_content"  string or null
 *   "reasoning_complete" boolean, or null where nothing was reasoned: whether the reasoning was closed
 *   "tool_calls"         every attempt to call a tool, in order: "id" (null where the format has none), "name" (null where it is
 *                        missing), "arguments" (JSON text; as far as it came where status is not "ok"), "status" ("ok",
 *                        "invalid_json", "unclosed_block", "missing_name", "malformed_structure", "unknown_tool"), "raw" (what
 *                        was sampled, markers and all), "token_span" (begin and end among the ids)
 *   "pieces"             all of it in order: {"type": "content" or "reasoning", "text"}, {"type": "tool_call", "index"}
 * @since 0.1
 */
TYPECASE_API const char *typecase_parsed_json(const typecase_parsed *parsed, size_t *out_len);

/**
 * The same as a message, ready to be appended to the chat: "role", "content", and where there are any "reasoning_content" and
 * "tool_calls" as OpenAI has them (those that are well formed; a call without an id gets one). It renders back: arguments are
 * objects where the template writes text otherwise, and reasoning stands in the field that the template reads it from as well,
 * where that is another. @since 0.1
 */
TYPECASE_API const char *typecase_parsed_message(const typecase_parsed *parsed, size_t *out_len);

/** The text around and between calls. Never NULL. @since 0.1 */
TYPECASE_API const char *typecase_parsed_content(const typecase_parsed *parsed, size_t *out_len);

/** What the model thought; NULL where it did not. @since 0.1 */
TYPECASE_API const char *typecase_parsed_reasoning(const typecase_parsed *parsed, size_t *out_len);

/** 1 where the reasoning was closed, 0 where it was not, -1 where nothing was reasoned. @since 0.1 */
TYPECASE_API int typecase_parsed_reasoning_complete(const typecase_parsed *parsed);

/** How many attempts to call a tool there are. @since 0.1 */
TYPECASE_API size_t typecase_parsed_call_count(const typecase_parsed *parsed);

/* What typecase_parsed_call() gives of a call. */
#define TYPECASE_CALL_NAME 0u
#define TYPECASE_CALL_ID 1u
#define TYPECASE_CALL_ARGUMENTS 2u
#define TYPECASE_CALL_STATUS 3u
#define TYPECASE_CALL_RAW 4u

/** A part of a call: see "tool_calls" of typecase_parsed_json(). NULL where the call has none, or there is no such call. @since 0.1 */
TYPECASE_API const char *typecase_parsed_call(const typecase_parsed *parsed, size_t index, uint32_t part, size_t *out_len);

/** Where a call is among the ids: begin and end, 2 values. NULL where there is no such call. @since 0.1 */
TYPECASE_API const size_t *typecase_parsed_call_span(const typecase_parsed *parsed, size_t index);

/** Frees a result. NULL is accepted. @since 0.1 */
TYPECASE_API void typecase_parsed_free(typecase_parsed *parsed);

/* What a parser tells: the kinds of typecase_parser_next(). Numbers never change meaning; new ones may come. */
#define TYPECASE_EVENT_CONTENT 1u       /**< Text of the content. */
#define TYPECASE_EVENT_REASONING 2u     /**< Text of the reasoning; empty where it begins. */
#define TYPECASE_EVENT_REASONING_END 3u /**< The reasoning is closed. */
#define TYPECASE_EVENT_CALL 4u          /**< A call's name is known: a JSON object with "name" and "id". */
#define TYPECASE_EVENT_ARGUMENTS 5u     /**< More of the JSON text of a call's arguments. */
#define TYPECASE_EVENT_CALL_END 6u      /**< A call is over: a JSON object, as in "tool_calls", without "arguments". */

/**
 * Makes a parser for a completion whose ids come one after the other.
 *
 * What it tells is never taken back: no text that may turn out to be a marker, no half of a character. The events of any cut of
 * the ids, put together, are those of the whole. Costs go with what is new; it keeps what is not yet told, and the text of the
 * call that it reads.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_parser_new(
    const typecase_model *model, const uint32_t *prompt_ids, size_t prompt_ids_count, const char *options,
    size_t options_len, typecase_parser **out_parser, typecase_error **out_error) TYPECASE_MUST_CHECK;

/** Takes more ids: typecase_parser_next() tells what has become certain. What comes behind a stop token is passed over. @since 0.1 */
TYPECASE_API typecase_status typecase_parser_push(
    typecase_parser *parser, const uint32_t *ids, size_t count, typecase_error **out_error) TYPECASE_MUST_CHECK;

/** The model has stopped, or was stopped: typecase_parser_next() tells the rest. Later ids are passed over. @since 0.1 */
TYPECASE_API typecase_status typecase_parser_finish(typecase_parser *parser, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Tells the next event.
 *
 * @param out_kind  Receives a TYPECASE_EVENT_…
 * @param out_call  Receives the number of the call it is about; 0 for others. May be NULL.
 * @param out_text  Receives its text, which belongs to the parser and is good until its next call. May be NULL.
 * @return          1, or 0 where there is none until more ids come; outputs are untouched then.
 * @since 0.1
 */
TYPECASE_API int typecase_parser_next(
    typecase_parser *parser, uint32_t *out_kind, size_t *out_call, const char **out_text, size_t *out_len);

/** Frees a parser. NULL is accepted. @since 0.1 */
TYPECASE_API void typecase_parser_free(typecase_parser *parser);

/* ---- Backend ------------------------------------------------------------------------------------------------- */

/** An inference server, or several that serve the same: which engine, where, and how to reach it. Immutable, shared by any number of threads. */
typedef struct typecase_backend typecase_backend;

/**
 * Describes a server.
 *
 * @param engine  "vllm" (POST /inference/v1/generate; the server runs with --enable-scale-out), "sglang" (POST /generate), or "openai"
 *                (POST /v1/completions with ids; vLLM since 0.10.2, SGLang since 0.5.19, routers in front of them). There, where
 *                max_tokens is not given, it is what the window leaves, as everywhere; the server must say its window then.
 *                "auto": the server's list of models says which of the two it is, and where a vLLM has its endpoint switched off it is
 *                asked as "openai". What was found is remembered by the client for 5 minutes; typecase_completion_info() tells it.
 * @param config  A JSON object:
 *                  "url"      "http://host:port", with or without a path prefix; a final "/v1" is taken off
 *                  "urls"     in its place: servers that serve the same. A request goes to the one that has the least to do, and those of
 *                             one "session" to one server as long as it lives. One that cannot be reached is left alone for half a
 *                             second, then longer each time, up to 30 seconds
 *                  "api_key"  string: sent as `Authorization: Bearer …`
 *                  "headers"  object of strings: sent with every request
 *                  "tls"      object: "verify" (boolean, default true), "ca_file", "cert_file", "key_file" (PEM files)
 *                  "proxy"    a URL, or "environment" for what http_proxy and the like say; default: none
 *                Redirects are not followed.
 * @retval TYPECASE_ERR_FIELD  Unknown engine (the message lists the known ones), missing or wrong member of config.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_backend_new(
    const char *engine, size_t engine_len, const char *config, size_t config_len,
    typecase_backend **out_backend, typecase_error **out_error) TYPECASE_MUST_CHECK;

/** Where a host's code writes what it makes: see typecase_wire. */
typedef struct typecase_writer typecase_writer;

/** Adds bytes. @since 0.1 */
TYPECASE_API void typecase_writer_append(typecase_writer *writer, const char *bytes, size_t len);

/**
 * The wire format of an engine that the library does not know, as the host's code. Its functions are called on the thread that is in
 * typecase_submit() or typecase_generate() (encode), typecase_request_next() or typecase_request_completion() (decode), and on no other;
 * requests of several threads are several calls at once. What they return other than 0 fails the request as TYPECASE_ERR_PROTOCOL, with
 * what they have written as the reason.
 */
typedef struct typecase_wire {
    size_t size; /**< Set to sizeof the struct. */
    void *user;  /**< Passed to the functions. Must be good as long as the backend or a request of it is. */
    /**
     * Writes the body of a request. request is a JSON object with "sampling_params" (neutral names, checked), "stream" and, as they were
     * given, "served_model", "lora", "cache_salt", "priority", "request_id", "session", "data_parallel_rank", "extra".
     */
    int (*encode)(
        void *user, const char *request, size_t request_len, const uint32_t *prompt_ids, size_t prompt_ids_count,
        typecase_writer *out_body);
    /**
     * Turns the body of a 200 answer, or (is_event) the data of an event of its stream, into a JSON object:
     *   "choices"     array of {"index", "token_ids", "logprobs" (numbers or nulls, one for each id; absent: none), "finish_reason"
     *                 ("stop", "length", "abort"; null or absent in events before the last), "stop_reason"}. In events what is new
     *   "request_id", "model", "usage" {"prompt_tokens", "completion_tokens"}   where the engine says
     *   "error"       in the place of all: {"message", "code" (an HTTP status)}
     * Nothing written is an event that says nothing.
     */
    int (*decode)(void *user, const char *data, size_t len, int is_event, typecase_writer *out_json);
} typecase_wire;

/**
 * Describes a server whose engine the host knows. Everything else is as with the others: queue, deadlines, retries, streams, limits.
 * The window is not asked for: "max_prompt_len" of the request says it.
 *
 * @param name    What completions and errors call the engine.
 * @param path    Of the endpoint, from the server's root: "/completion".
 * @param wire    Copied.
 * @param config  As typecase_backend_new().
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_backend_new_host(
    const char *name, size_t name_len, const char *path, size_t path_len, const typecase_wire *wire,
    const char *config, size_t config_len, typecase_backend **out_backend, typecase_error **out_error) TYPECASE_MUST_CHECK;

/** Frees a backend. NULL is accepted. @since 0.1 */
TYPECASE_API void typecase_backend_free(typecase_backend *backend);

/* ---- Client -------------------------------------------------------------------------------------------------- */

/** Requests under way and connections to servers, kept open between requests. Shared by any number of threads. */
typedef struct typecase_client typecase_client;

typedef struct typecase_client_options {
    size_t size;
    uint64_t connect_timeout_ms; /**< 0: 10 seconds. */
    uint64_t timeout_ms; /**< For a whole request, from its start; 0: 600 seconds. */
    uint64_t max_response_bytes; /**< A longer answer, or event of a stream, is TYPECASE_ERR_LIMIT; 0: 1 GiB. */
    uint64_t first_byte_timeout_ms; /**< From the beginning of an attempt to the first byte of the answer's body; 0: no limit but timeout_ms. */
    uint64_t idle_timeout_ms; /**< Between two pieces of an answer; 0: no limit but timeout_ms. */
    uint64_t connections_per_server; /**< Requests beyond wait their turn; 0: 1024. */
    uint64_t connections; /**< To all servers; 0: 4096. Never more than the process may have descriptors, less some for the host. */
    uint64_t workers; /**< Threads that render prompts and read answers, started as needed; 0: 2. */
} typecase_client_options;
#define TYPECASE_CLIENT_OPTIONS_INIT { sizeof(typecase_client_options), 0, 0, 0, 0, 0, 0, 0, 0 }

/** Makes a client. Opens nothing and starts no thread yet. @since 0.1 */
TYPECASE_API typecase_status typecase_client_new(
    const typecase_client_options *options, typecase_client **out_client, typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * Ends the requests that are under way as TYPECASE_ERR_CANCELLED, closes the connections, ends the threads and frees the client. Its
 * requests stay until they are freed. No call that takes the client may be running. NULL is accepted. @since 0.1
 */
TYPECASE_API void typecase_client_free(typecase_client *client);

/**
 * A descriptor that is readable while typecase_client_next() has something to tell, for the host's own event loop. It belongs to the
 * client: watch it, and neither read nor close it.
 * @param out_fd  Receives the descriptor.
 * @retval TYPECASE_ERR_LIMIT  The process has no descriptor left.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_client_fd(
    const typecase_client *client, int *out_fd, typecase_error **out_error) TYPECASE_MUST_CHECK;

/** No end to a wait. */
#define TYPECASE_FOREVER UINT64_MAX

/**
 * Tells which requests are done or, where they stream, have more to read: their tags, each once, in the order of their news.
 * Requests that were freed are not told. Many threads may ask; each piece of news goes to one.
 *
 * @param timeout_ms  How long to wait for the first; 0: not at all.
 * @param out_tags    Receives up to capacity tags.
 * @param out_count   Receives their number; 0 where the time passed first.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_client_next(
    const typecase_client *client, uint64_t timeout_ms, uint64_t *out_tags, size_t capacity, size_t *out_count,
    typecase_error **out_error) TYPECASE_MUST_CHECK;

/**
 * How much there is at once: a moment's picture, for hosts that want to hold back.
 *
 * @param out_requests     NULL, or receives how many requests have no result yet.
 * @param out_waiting      NULL, or receives how many of them wait for a connection to be free.
 * @param out_connections  NULL, or receives how many connections are in use.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_client_load(
    const typecase_client *client, size_t *out_requests, size_t *out_waiting, size_t *out_connections,
    typecase_error **out_error) TYPECASE_MUST_CHECK;

/* ---- Generate ------------------------------------------------------------------------------------------------ */

/** What an engine generated: one or more choices. Immutable. */
typedef struct typecase_completion typecase_completion;

/**
 * Sends a prompt to an engine and waits for the answer: typecase_submit(), typecase_request_wait() and typecase_request_completion().
 *
 * The prompt is either messages in the request, rendered with model (with the generation prompt unless the request says
 * otherwise), or prompt_ids. Before anything is sent every id is checked against the vocabulary, and the prompt's length
 * against the window, which is asked from the server (GET /v1/models) and remembered by the client for 5 minutes.
 *
 * @param client            Keeps the connection.
 * @param model             NULL only with prompt_ids and "vocab_size" in the request; the completion then has no message.
 * @param backend           The server.
 * @param request           A JSON object: what typecase_model_render() takes (not with prompt_ids), and
 *                            "served_model"     the name the server knows the model by; default: the server's own
 *                            "sampling_params"  object. Neutral names, said to each engine in its own: max_tokens (default:
 *                                               what the window leaves), min_tokens, temperature, top_p, top_k, min_p, seed,
 *                                               n, stop, stop_token_ids (default: the model's own), ignore_eos, logprobs
 *                                               (default 1; null or false: none), prompt_logprobs, frequency_penalty,
 *                                               presence_penalty, repetition_penalty, logit_bias,
 *                                               include_stop_str_in_output, structured_outputs (an object with one of
 *                                               "json", "regex", "grammar", "choice", "structural_tag"). Other members go to the
 *                                               engine as they are.
 *                            "lora"             the name of an adapter that the server has loaded
 *                            "stream"           boolean: the answer comes as it is made, for typecase_request_next()
 *                            "prompt_lengths"   array of integers, with prompt_ids: they are several prompts, one after the other, of
 *                                               so many ids each, which go in one request ("sglang", "openai", and "auto" by the
 *                                               latter where need be; not "vllm", nor a host's). Choices come prompt by prompt, n for each
 *                            "max_prompt_len"   integer: the longest prompt to send, instead of asking the server
 *                            "vocab_size"       integer: ids must be below it; default: the model's
 *                            "cache_salt"       string
 *                            "priority"         integer
 *                            "request_id"       string
 *                            "session"          string: requests of one session go to one server, and one of its workers
 *                            "data_parallel_rank" integer
 *                            "timeout"          seconds for this call; and "connect_timeout", "first_byte_timeout", "idle_timeout" as
 *                                               the client's options have them
 *                            "retries"          integer, default 2: how often a request is sent again that no server has begun to work
 *                                               on: no connection could be made, or the answer was 429 or 503. The waits grow
 *                                               from 250 ms to 8 s, shortened at random, and are no shorter than Retry-After asks
 *                            "retry_sent"       boolean, default false: whether it is sent again also where the connection broke, or a
 *                                               gateway answered 502 or 504: then it may be sampled twice. Never once an event of a
 *                                               stream was told. A kept connection that the server had closed is always replaced
 *                            "headers"          object of strings: sent with this request
 *                            "extra"            object: members added to the body as they are
 * @param prompt_ids        NULL, or the prompt. "tools", "chat_template" and "chat_template_kwargs" of the request then only tell
 *                          how to read the answer.
 * @param prompt_ids_count  How many; 0 with NULL. An empty prompt is TYPECASE_ERR_FIELD.
 * @param out_completion    Receives the answer. Free with typecase_completion_free().
 * @retval TYPECASE_ERR_VOCABULARY, TYPECASE_ERR_WINDOW  Nothing was sent (or the engine found the prompt too long).
 * @retval TYPECASE_ERR_NETWORK, TYPECASE_ERR_TIMEOUT, TYPECASE_ERR_PROTOCOL, TYPECASE_ERR_DENIED, TYPECASE_ERR_NOT_FOUND,
 *         TYPECASE_ERR_BUSY, TYPECASE_ERR_REJECTED, TYPECASE_ERR_SERVER, TYPECASE_ERR_LIMIT, TYPECASE_ERR_FORKED
 *                            As the status says. typecase_error_http_status() and typecase_error_source_message() have
 *                            what the engine answered.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_generate(
    const typecase_client *client, const typecase_model *model, const typecase_backend *backend,
    const char *request, size_t request_len, const uint32_t *prompt_ids, size_t prompt_ids_count,
    typecase_completion **out_completion, typecase_error **out_error) TYPECASE_MUST_CHECK;

/** A request that is under way, or done. cancel, wait and is_done may be called by many threads at once, the others by one at a time. */
typedef struct typecase_request typecase_request;

/**
 * Begins a request and comes back at once: typecase_generate() without the wait. What is wrong with the request is told when it is
 * done. Backend and model may be freed at once.
 *
 * @param tag          What typecase_client_next() calls it by.
 * @param out_request  Receives the request. Free with typecase_request_free().
 * @retval TYPECASE_ERR_FORKED, TYPECASE_ERR_LIMIT  Made in another process; the system has no thread to give.
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_submit(
    const typecase_client *client, const typecase_model *model, const typecase_backend *backend,
    const char *request, size_t request_len, const uint32_t *prompt_ids, size_t prompt_ids_count, uint64_t tag,
    typecase_request **out_request, typecase_error **out_error) TYPECASE_MUST_CHECK;

/** Waits until the request is done or, where it streams, has more to read. 1, or 0 where the time passed first. @since 0.1 */
TYPECASE_API int typecase_request_wait(const typecase_request *request, uint64_t timeout_ms);

/** Whether the request is done. @since 0.1 */
TYPECASE_API int typecase_request_is_done(const typecase_request *request);

/**
 * What came of the request.
 *
 * @param out_completion  Receives the completion. Free with typecase_completion_free(). May be asked for again.
 * @retval TYPECASE_ERR_ARGUMENT  It is not done.
 * @return                        Else as typecase_generate().
 * @since 0.1
 */
TYPECASE_API typecase_status typecase_request_completion(
    const typecase_request *request, typecase_completion **out_completion, typecase_error **out_error) TYPECASE_MUST_CHECK;

#define TYPECASE_EVENT_TOKENS 7u /**< Ids, with their logprobs where they were asked for. What they tell follows as other events. */
#define TYPECASE_EVENT_FINISH 8u /**< The choice has ended: its text is the engine's word for why. */

/** An event of a stream. What it points to belongs to the request and is good until the next event is asked for. */
typedef struct typecase_stream_event {
    size_t size;           /**< Set to sizeof the struct. */
    uint32_t kind;         /**< TYPECASE_EVENT_…: tokens, finish, or what a parser tells (only with a model). */
    uint32_t choice;       /**< Which choice it is about. */
    size_t call;           /**< The number of the call it is about; 0 for others. */
    const char *text;      /**< As typecase_parser_next() gives; "" for tokens. */
    size_t text_len;
    const uint32_t *ids;   /**< Of tokens, else NULL. */
    const float *logprobs; /**< Of tokens: one for each id, or NULL. */
    size_t count;          /**< Of ids. */
} typecase_stream_event;
#define TYPECASE_STREAM_EVENT_INIT { sizeof(typecase_stream_event), 0, 0, 0, NULL, 0, NULL, NULL, 0 }

/**
 * Reads the next event of a request with "stream". What is not read is kept up to a megabyte; beyond, the server has to wait.
 *
 * @return 1, or 0 where there is none until more comes, or at all where the request is done.
 * @since 0.1
 */
TYPECASE_API int typecase_request_next(typecase_request *request, typecase_stream_event *out_event);

/** Ends the request as TYPECASE_ERR_CANCELLED unless it is done. Its connection is closed, and the engine stops. From any thread. @since 0.1 */
TYPECASE_API void typecase_request_cancel(const typecase_request *request);

/** Cancels the request where it is not done, and frees it. NULL is accepted. @since 0.1 */
TYPECASE_API void typecase_request_free(typecase_request *request);

/** How many choices there are (sampling parameter n); 0 for NULL. @since 0.1 */
TYPECASE_API size_t typecase_completion_count(const typecase_completion *completion);

/** The ids that were sent. @since 0.1 */
TYPECASE_API const uint32_t *typecase_completion_prompt_ids(const typecase_completion *completion, size_t *out_count);

/** The sampled ids of a choice, the stop token included where one was sampled. NULL for a choice that is none. @since 0.1 */
TYPECASE_API const uint32_t *typecase_completion_ids(const typecase_completion *completion, size_t choice, size_t *out_count);

/**
 * The log-probability of each sampled id; NaN where the engine has none (null, or vLLM's -9999). NULL and 0 where none were
 * asked for. @since 0.1
 */
TYPECASE_API const float *typecase_completion_logprobs(const typecase_completion *completion, size_t choice, size_t *out_count);

/**
 * The likeliest tokens at each sampled id, where more than one were asked for ("logprobs" above 1): one list for each id, one after
 * the other.
 *
 * @param out_ids        NULL, or receives the tokens.
 * @param out_logprobs   NULL, or receives their log-probabilities.
 * @param out_starts     NULL, or receives where each list begins, and the end of the last: positions + 1 values.
 * @return               The number of positions; 0, and outputs untouched, where there are no lists.
 * @since 0.1
 */
TYPECASE_API size_t typecase_completion_top_logprobs(
    const typecase_completion *completion, size_t choice, const uint32_t **out_ids, const float **out_logprobs,
    const size_t **out_starts);

/**
 * The log-probability of each sampled id among those that could be sampled, behind top_p, top_k and min_p, where the server says
 * (SGLang's return_sampling_mask): float32, as many as ids. typecase_completion_logprobs() has those before.
 * @return NULL where it does not say.
 * @since 0.1
 */
TYPECASE_API const float *typecase_completion_sampling_logprobs(
    const typecase_completion *completion, size_t choice, size_t *out_count);

/** The tokens that could be sampled at each id, where the server says (vLLM's --return-sampling-mask, SGLang's return_sampling_mask):
 * as typecase_completion_top_logprobs(), without numbers. @since 0.1 */
TYPECASE_API size_t typecase_completion_sampling_mask(
    const typecase_completion *completion, size_t choice, const uint32_t **out_ids, const size_t **out_starts);

/** The log-probability of each id of the prompt, NaN for the first; NULL and 0 where none were asked for ("prompt_logprobs"). @since 0.1 */
TYPECASE_API const float *typecase_completion_prompt_logprobs(const typecase_completion *completion, size_t *out_count);

/** The likeliest tokens at each id of the prompt: as typecase_completion_top_logprobs(). @since 0.1 */
TYPECASE_API size_t typecase_completion_prompt_top_logprobs(
    const typecase_completion *completion, const uint32_t **out_ids, const float **out_logprobs, const size_t **out_starts);

/**
 * Why a choice ended: "stop", "length", "abort", or the engine's own word; "tool_calls" in the place of "stop" where the message
 * has a call that is well formed. "" for a choice that is none. @since 0.1
 */
TYPECASE_API const char *typecase_completion_finish_reason(const typecase_completion *completion, size_t choice, size_t *out_len);

/**
 * The choice as a message, a JSON object: typecase_parsed_message() of its ids, with the prompt and the request's tools. "" where
 * the call had no model.
 * @since 0.1
 */
TYPECASE_API const char *typecase_completion_message(const typecase_completion *completion, size_t choice, size_t *out_len);

/** Everything that was found in a choice: typecase_parsed_json(). "" where the call had no model. @since 0.1 */
TYPECASE_API const char *typecase_completion_parsed(const typecase_completion *completion, size_t choice, size_t *out_len);

/**
 * The mixture-of-experts routing of a choice, where the server sends it: elements in row-major order, little-endian.
 *
 * @param out_len    Receives the length in bytes. NULL and 0 where there is none.
 * @param out_dtype  NULL, or receives "uint8", "uint16" or "int32" (static).
 * @param out_shape  NULL, or receives 3 sizes: positions, layers, experts per token. SGLang does not say how many layers there
 *                   are: the sizes are then positions, 1, layers × experts per token.
 * @since 0.1
 */
TYPECASE_API const uint8_t *typecase_completion_routed_experts(
    const typecase_completion *completion, size_t choice, size_t *out_len, const char **out_dtype, size_t out_shape[3]);

/**
 * Everything else the engine said, as a JSON object: "request_id", "model", "usage" {"prompt_tokens", "completion_tokens",
 * "cached_tokens"}, "choices" [{"finish_reason", "stop_reason", "missing_logprobs", "weight_versions" (which weights sampled which
 * ids, or null)}], "engine" (the one that answered), "engine_reason" (why "auto" thought so, else ""), "milliseconds" (from the
 * call to its result) and "timing" (what the engine measured, under its own names). Never NULL.
 * @since 0.1
 */
TYPECASE_API const char *typecase_completion_info(const typecase_completion *completion, size_t *out_len);

/** Frees a completion. NULL is accepted. @since 0.1 */
TYPECASE_API void typecase_completion_free(typecase_completion *completion);

#ifdef __cplusplus
}
#endif
#endif
