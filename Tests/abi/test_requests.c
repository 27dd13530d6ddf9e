/* Requests under way, from C: many at once, the descriptor, streams, cancelling, the end of a client, wrong use.
 * test_requests MODEL_DIRECTORY ENGINE_URL SILENT_URL LISTS_URL: a stand-in engine, a server that never answers, and one that answers
 * with lists of tokens. Every wait ends. test_requests SILENT_URL: a program that ends with requests under way. */
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <typecase.h>
#include <unistd.h>

#include "check.h"

#define LONG_MS 20000

/* The sanitizer's allocator is left locked in a child where another thread was in it. */
#ifdef __SANITIZE_ADDRESS__
#define CAN_FORK 0
#else
#define CAN_FORK 1
#endif

static const char CHAT[] = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}";
static const char BARE[] = "{\"vocab_size\": 10, \"max_prompt_len\": 5, \"sampling_params\": {\"logprobs\": null}}";
static const char BARE_STREAM[] = "{\"vocab_size\": 10, \"max_prompt_len\": 5, \"stream\": true}";
static const uint32_t PROMPT[] = {1, 2};

static typecase_backend *backend(const char *engine, const char *url) {
    char config[256];
    typecase_backend *made = NULL;
    snprintf(config, sizeof config, "{\"url\": \"%s\"}", url);
    works(typecase_backend_new(TEXT(engine), TEXT(config), &made, &error));
    return made;
}

static typecase_client *client(void) {
    typecase_client *made = NULL;
    typecase_client_options options = TYPECASE_CLIENT_OPTIONS_INIT;
    options.timeout_ms = 4 * LONG_MS;
    works(typecase_client_new(&options, &made, &error));
    return made;
}

static typecase_request *submit(const typecase_client *client, const typecase_backend *backend, const char *request, uint64_t tag) {
    typecase_request *made = NULL;
    works(typecase_submit(client, NULL, backend, TEXT(request), PROMPT, 2, tag, &made, &error));
    return made;
}

static void wait_until_done(const typecase_request *request) {
    for (int i = 0; i < LONG_MS && !typecase_request_is_done(request); i++) typecase_request_wait(request, 1);
    assert(typecase_request_is_done(request));
}

/* The request must have come to this error. */
static void comes_to(const typecase_request *request, typecase_status expected, const char *words) {
    typecase_completion *completion = NULL;
    wait_until_done(request);
    assert(typecase_request_wait(request, 0) == 1);
    fails(typecase_request_completion(request, &completion, &error), expected, words);
    assert(!completion);
}

static int is_readable(int descriptor, int milliseconds) {
    struct pollfd watched = {descriptor, POLLIN, 0};
    return poll(&watched, 1, milliseconds) == 1 && watched.revents == POLLIN;
}

static void wrong_use(const char *engine_url) {
    typecase_client *own = client();
    typecase_backend *vllm = backend("vllm", engine_url);
    struct {
        typecase_client_options options;
        uint64_t more;
    } newer = {TYPECASE_CLIENT_OPTIONS_INIT, 0};
    typecase_client *other = NULL;
    typecase_request *request = NULL;
    typecase_completion *completion = NULL;
    typecase_stream_event event = TYPECASE_STREAM_EVENT_INIT, before;
    uint64_t tags[2] = {7, 7};
    size_t count = 7;
    int descriptor = 7;

    fails(typecase_submit(NULL, NULL, vllm, TEXT(BARE), PROMPT, 2, 1, &request, &error), TYPECASE_ERR_ARGUMENT, "client is NULL");
    fails(typecase_submit(own, NULL, NULL, TEXT(BARE), PROMPT, 2, 1, &request, &error), TYPECASE_ERR_ARGUMENT, "backend is NULL");
    fails(typecase_submit(own, NULL, vllm, NULL, 0, PROMPT, 2, 1, &request, &error), TYPECASE_ERR_ARGUMENT, "request is NULL");
    fails(typecase_submit(own, NULL, vllm, BARE, SIZE_MAX, PROMPT, 2, 1, &request, &error), TYPECASE_ERR_ARGUMENT, "length of request");
    fails(typecase_submit(own, NULL, vllm, TEXT(BARE), NULL, 2, 1, &request, &error), TYPECASE_ERR_ARGUMENT, "prompt_ids is NULL");
    fails(typecase_submit(own, NULL, vllm, TEXT(BARE), PROMPT, 2, 1, NULL, &error), TYPECASE_ERR_ARGUMENT, "output pointer is NULL");
    assert(!request);

    fails(typecase_client_fd(NULL, &descriptor, &error), TYPECASE_ERR_ARGUMENT, "client is NULL");
    fails(typecase_client_fd(own, NULL, &error), TYPECASE_ERR_ARGUMENT, "out_fd is NULL");
    fails(typecase_client_next(NULL, 0, tags, 2, &count, &error), TYPECASE_ERR_ARGUMENT, "client is NULL");
    fails(typecase_client_next(own, 0, NULL, 2, &count, &error), TYPECASE_ERR_ARGUMENT, "out_tags");
    fails(typecase_client_next(own, 0, tags, 0, &count, &error), TYPECASE_ERR_ARGUMENT, "capacity is 0");
    fails(typecase_client_next(own, 0, tags, SIZE_MAX, &count, &error), TYPECASE_ERR_ARGUMENT, "capacity");
    fails(typecase_client_next(own, 0, tags, 2, NULL, &error), TYPECASE_ERR_ARGUMENT, "out_count");
    assert(descriptor == 7 && count == 7 && tags[0] == 7);
    works(typecase_client_next(own, 20, tags, 2, &count, &error));
    assert(count == 0 && tags[0] == 7);

    /* Options of an older header; of a newer one, without and with a member that is new; and without their size. */
    newer.options.size = offsetof(typecase_client_options, first_byte_timeout_ms);
    works(typecase_client_new(&newer.options, &other, &error));
    typecase_client_free(other);
    newer.options.size = sizeof newer;
    works(typecase_client_new(&newer.options, &other, &error));
    typecase_client_free(other);
    other = NULL;
    newer.more = 1;
    fails(typecase_client_new(&newer.options, &other, &error), TYPECASE_ERR_ARGUMENT, "does not know");
    newer.options.size = 0;
    fails(typecase_client_new(&newer.options, &other, &error), TYPECASE_ERR_ARGUMENT, "size");
    assert(!other);

    fails(typecase_request_completion(NULL, &completion, &error), TYPECASE_ERR_ARGUMENT, "request is NULL");
    assert(typecase_request_wait(NULL, TYPECASE_FOREVER) == 1 && typecase_request_is_done(NULL) == 1);
    assert(typecase_request_next(NULL, &event) == 0 && typecase_request_next(NULL, NULL) == 0);
    typecase_request_cancel(NULL);
    typecase_request_free(NULL);

    /* An event without room is not told, and not lost. */
    request = submit(own, vllm, BARE_STREAM, 1);
    wait_until_done(request);
    event.size = 0;
    before = event;
    assert(typecase_request_next(request, &event) == 0 && !memcmp(&event, &before, sizeof event));
    event.size = sizeof event - 1;
    assert(typecase_request_next(request, &event) == 0 && typecase_request_next(request, NULL) == 0);
    event.size = sizeof event;
    assert(typecase_request_next(request, &event) == 1 && event.size == sizeof event);
    assert(event.kind == TYPECASE_EVENT_TOKENS && event.count == 1 && event.logprobs && event.text_len == 0 && !*event.text);
    fails(typecase_request_completion(request, NULL, &error), TYPECASE_ERR_ARGUMENT, "output pointer is NULL");
    typecase_request_free(request);

    /* What is wrong with a request is told when it is done; what is not a stream has no events. */
    request = submit(own, vllm, "{", 1);
    comes_to(request, TYPECASE_ERR_JSON, "request");
    typecase_request_free(request);
    request = submit(own, vllm, "{\"vocab_size\": 2}", 1);
    comes_to(request, TYPECASE_ERR_VOCABULARY, "prompt_ids[1]");
    assert(typecase_request_next(request, &event) == 0);
    typecase_request_free(request);
    request = submit(own, vllm, BARE, 1);
    wait_until_done(request);
    assert(typecase_request_next(request, &event) == 0);
    typecase_request_cancel(request);
    /* Done is done: it may be taken again, and outlives request and client. */
    works(typecase_request_completion(request, &completion, &error));
    typecase_completion_free(completion);
    completion = NULL;
    works(typecase_request_completion(request, &completion, &error));
    typecase_request_free(request);
    typecase_client_free(own);
    typecase_backend_free(vllm);

    const uint32_t *ids = PROMPT;
    const float *logprobs = NULL;
    const size_t *starts = NULL;
    assert(typecase_completion_count(completion) == 1 && typecase_completion_ids(completion, 0, &count) && count > 0);
    assert(typecase_completion_top_logprobs(completion, 0, &ids, &logprobs, &starts) == 0 && typecase_completion_sampling_mask(completion, 0, &ids, &starts) == 0);
    assert(typecase_completion_sampling_logprobs(completion, 0, &count) == NULL && count == 0);
    assert(typecase_completion_sampling_logprobs(NULL, 0, NULL) == NULL);
    assert(typecase_completion_prompt_top_logprobs(completion, &ids, &logprobs, &starts) == 0 && ids == PROMPT && !logprobs && !starts);
    assert(!typecase_completion_prompt_logprobs(completion, &count) && count == 0 && !typecase_completion_logprobs(completion, 0, NULL));
    assert(typecase_completion_top_logprobs(NULL, 0, &ids, &logprobs, &starts) == 0 && typecase_completion_sampling_mask(NULL, 0, &ids, &starts) == 0);
    assert(typecase_completion_top_logprobs(completion, SIZE_MAX, &ids, &logprobs, &starts) == 0 && typecase_completion_prompt_top_logprobs(NULL, NULL, NULL, NULL) == 0);
    assert(!typecase_completion_prompt_logprobs(NULL, NULL) && ids == PROMPT);
    typecase_completion_free(completion);
}

enum { MANY = 300 };

/* Every request is told once by its tag, while the descriptor is readable. */
static void many(const typecase_model *model, const char *engine_url) {
    typecase_client *own = client();
    typecase_backend *engines[] = {backend("vllm", engine_url), backend("sglang", engine_url), backend("openai", engine_url), backend("auto", engine_url)};
    typecase_completion *expected = NULL, *completion = NULL;
    typecase_request *requests[MANY];
    char told[MANY] = {0};
    uint64_t tags[7];
    size_t count, length, all = 0;
    int descriptor = -1, again = -1;
    works(typecase_client_fd(own, &descriptor, &error));
    assert(descriptor >= 0 && !is_readable(descriptor, 0));
    works(typecase_generate(own, model, engines[0], TEXT(CHAT), NULL, 0, &expected, &error));
    const uint32_t *ids = typecase_completion_ids(expected, 0, &length);
    /* The call that waits has nothing to tell. */
    assert(!is_readable(descriptor, 0));
    for (uint64_t i = 0; i < MANY; i++)
        works(typecase_submit(own, model, engines[i % 4], TEXT(CHAT), NULL, 0, UINT64_MAX - i, &requests[i], &error));
    while (all < MANY) {
        assert(is_readable(descriptor, LONG_MS));
        works(typecase_client_next(own, 0, tags, 7, &count, &error));
        assert(count <= 7);
        for (size_t i = 0; i < count; i++) {
            uint64_t index = UINT64_MAX - tags[i];
            assert(index < MANY && !told[index] && typecase_request_is_done(requests[index]));
            told[index] = 1;
        }
        all += count;
    }
    assert(!is_readable(descriptor, 50));
    works(typecase_client_next(own, 0, tags, 7, &count, &error));
    assert(count == 0);
    works(typecase_client_fd(own, &again, &error));
    assert(again == descriptor);
    for (size_t i = 0; i < MANY; i++) {
        works(typecase_request_completion(requests[i], &completion, &error));
        const uint32_t *other = typecase_completion_ids(completion, 0, &count);
        assert(count == length && !memcmp(ids, other, count * sizeof *ids));
        assert(!strcmp(typecase_completion_message(completion, 0, NULL), typecase_completion_message(expected, 0, NULL)));
        typecase_completion_free(completion);
        completion = NULL;
        typecase_request_free(requests[i]);
    }
    for (size_t i = 0; i < 4; i++) typecase_backend_free(engines[i]);
    typecase_completion_free(expected);
    typecase_client_free(own);
}

struct watcher {
    const typecase_client *client;
    size_t *left;
    size_t told;
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *watch(void *argument) {
    struct watcher *watcher = argument;
    uint64_t tags[4];
    size_t count;
    for (;;) {
        works(typecase_client_next(watcher->client, 50, tags, 4, &count, NULL));
        watcher->told += count;
        pthread_mutex_lock(&lock);
        size_t left = *watcher->left -= count;
        pthread_mutex_unlock(&lock);
        if (left == 0) return NULL;
    }
}

/* Each piece of news goes to one of those who ask. */
static void many_threads(const char *engine_url) {
    typecase_client *own = client();
    typecase_backend *vllm = backend("vllm", engine_url);
    typecase_request *requests[MANY];
    struct watcher watchers[4];
    pthread_t threads[4];
    size_t left = MANY, told = 0;
    for (int i = 0; i < 4; i++) {
        watchers[i] = (struct watcher){own, &left, 0};
        assert(!pthread_create(&threads[i], NULL, watch, &watchers[i]));
    }
    for (uint64_t i = 0; i < MANY; i++) requests[i] = submit(own, vllm, BARE, i);
    for (int i = 0; i < 4; i++) {
        assert(!pthread_join(threads[i], NULL));
        told += watchers[i].told;
    }
    assert(told == MANY);
    for (int i = 0; i < MANY; i++) typecase_request_free(requests[i]);
    typecase_client_free(own);
    typecase_backend_free(vllm);
}

enum { CHOICES = 2, ROOM = 1024 };

/* What came of one choice of a stream. */
struct put_together {
    uint32_t ids[ROOM];
    float logprobs[ROOM];
    size_t count;
    char content[4 * ROOM], reasoning[4 * ROOM], finish[32];
};

static void append(char *to, size_t room, const char *text, size_t length) {
    size_t end = strlen(to);
    assert(end + length < room && strlen(text) == length);
    memcpy(to + end, text, length + 1);
}

static void take(typecase_request *request, struct put_together choices[CHOICES]) {
    typecase_stream_event event = TYPECASE_STREAM_EVENT_INIT;
    while (typecase_request_next(request, &event)) {
        assert(event.choice < CHOICES && event.text);
        struct put_together *choice = &choices[event.choice];
        switch (event.kind) {
        case TYPECASE_EVENT_TOKENS:
            assert(event.count > 0 && choice->count + event.count <= ROOM && event.ids && event.logprobs && !*choice->finish);
            memcpy(choice->ids + choice->count, event.ids, event.count * sizeof *event.ids);
            memcpy(choice->logprobs + choice->count, event.logprobs, event.count * sizeof *event.logprobs);
            choice->count += event.count;
            break;
        case TYPECASE_EVENT_CONTENT: append(choice->content, sizeof choice->content, event.text, event.text_len); break;
        case TYPECASE_EVENT_REASONING: append(choice->reasoning, sizeof choice->reasoning, event.text, event.text_len); break;
        case TYPECASE_EVENT_FINISH:
            assert(!*choice->finish);
            append(choice->finish, sizeof choice->finish, event.text, event.text_len);
            break;
        default: break;
        }
        if (event.kind != TYPECASE_EVENT_TOKENS) assert(!event.ids && !event.logprobs && event.count == 0);
    }
}

/* The events of a stream, put together, are its completion; and that is the one of a request that does not stream. */
static void streams(const typecase_model *model, const char *engine, const char *engine_url) {
    static const char parameters[] = "\"sampling_params\": {\"n\": 2, \"max_tokens\": 200, \"logprobs\": 1}";
    static struct put_together choices[CHOICES];
    typecase_client *own = client();
    typecase_backend *server = backend(engine, engine_url);
    typecase_request *request = NULL;
    typecase_completion *whole = NULL, *streamed = NULL;
    typecase_parsed *parsed = NULL;
    char text[512];
    size_t count, prompt_count;
    uint64_t tag;
    memset(choices, 0, sizeof choices);
    snprintf(text, sizeof text, "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}], %s}", parameters);
    works(typecase_generate(own, model, server, TEXT(text), NULL, 0, &whole, &error));
    snprintf(text, sizeof text, "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}], \"stream\": true, %s}", parameters);
    works(typecase_submit(own, model, server, TEXT(text), NULL, 0, 3, &request, &error));
    for (int done = 0; !done;) {
        works(typecase_client_next(own, LONG_MS, &tag, 1, &count, &error));
        assert(count == 1 && tag == 3);
        /* Asked before reading: what comes after the answer is told again. */
        done = typecase_request_is_done(request);
        take(request, choices);
    }
    works(typecase_request_completion(request, &streamed, &error));
    assert(typecase_completion_count(streamed) == CHOICES && typecase_completion_count(whole) == CHOICES);
    const uint32_t *prompt = typecase_completion_prompt_ids(streamed, &prompt_count);
    for (size_t i = 0; i < CHOICES; i++) {
        const uint32_t *ids = typecase_completion_ids(streamed, i, &count);
        assert(count == choices[i].count && !memcmp(ids, choices[i].ids, count * sizeof *ids));
        const float *logprobs = typecase_completion_logprobs(streamed, i, &count);
        assert(count == choices[i].count && !memcmp(logprobs, choices[i].logprobs, count * sizeof *logprobs));
        assert(!memcmp(typecase_completion_ids(whole, i, &count), ids, choices[i].count * sizeof *ids) && count == choices[i].count);
        assert(!memcmp(typecase_completion_logprobs(whole, i, NULL), logprobs, count * sizeof *logprobs));
        assert(!strcmp(typecase_completion_finish_reason(streamed, i, NULL), choices[i].finish));
        assert(!strcmp(typecase_completion_message(streamed, i, NULL), typecase_completion_message(whole, i, NULL)));
        assert(!strcmp(typecase_completion_parsed(streamed, i, NULL), typecase_completion_parsed(whole, i, NULL)));
        works(typecase_model_parse(model, ids, count, prompt, prompt_count, NULL, 0, &parsed, &error));
        assert(*choices[i].content && !strcmp(typecase_parsed_content(parsed, NULL), choices[i].content));
        assert(*choices[i].reasoning && !strcmp(typecase_parsed_reasoning(parsed, NULL), choices[i].reasoning));
        typecase_parsed_free(parsed);
        parsed = NULL;
    }
    typecase_completion_free(streamed);
    typecase_completion_free(whole);
    typecase_request_free(request);
    typecase_backend_free(server);
    typecase_client_free(own);
}

static void *cancel(void *request) {
    typecase_request_cancel(request);
    return NULL;
}

/* One is cancelled, by this thread or another; those beside it are not disturbed. What is freed is not told. */
static void cancelling(const char *engine_url, const char *silent_url) {
    typecase_client *own = client();
    typecase_backend *silent = backend("vllm", silent_url), *vllm = backend("vllm", engine_url);
    typecase_request *requests[8], *good;
    typecase_completion *completion = NULL;
    pthread_t thread;
    uint64_t tags[16];
    size_t count, all = 0;
    for (uint64_t i = 0; i < 8; i++) requests[i] = submit(own, silent, i % 2 ? BARE : BARE_STREAM, i);
    assert(typecase_request_wait(requests[0], 0) == 0 && typecase_request_wait(requests[1], 200) == 0);
    assert(!typecase_request_is_done(requests[0]));
    fails(typecase_request_completion(requests[0], &completion, &error), TYPECASE_ERR_ARGUMENT, "not done");
    typecase_request_cancel(requests[0]);
    typecase_request_cancel(requests[0]);
    typecase_request_cancel(requests[1]);
    assert(!pthread_create(&thread, NULL, cancel, requests[2]));
    for (int i = 0; i < 3; i++) comes_to(requests[i], TYPECASE_ERR_CANCELLED, "cancelled");
    assert(!pthread_join(thread, NULL));
    /* Freed while it is under way, and freed when it is done and not told yet. */
    typecase_request_free(requests[3]);
    typecase_request_free(requests[0]);
    while (all < 2) {
        works(typecase_client_next(own, LONG_MS, tags, 16, &count, &error));
        for (size_t i = 0; i < count; i++) assert(tags[i] == 1 || tags[i] == 2);
        assert(count > 0);
        all += count;
    }
    good = submit(own, vllm, BARE, 100);
    wait_until_done(good);
    works(typecase_request_completion(good, &completion, &error));
    typecase_completion_free(completion);
    typecase_request_free(good);
    works(typecase_client_next(own, 100, tags, 16, &count, &error));
    assert(count == 0);
    for (int i = 4; i < 8; i++) assert(!typecase_request_is_done(requests[i]));

    /* The client goes first: its requests end, and stay until they are freed. */
    typecase_client_free(own);
    typecase_stream_event event = TYPECASE_STREAM_EVENT_INIT;
    for (int i = 4; i < 8; i++) {
        assert(typecase_request_is_done(requests[i]) && typecase_request_next(requests[i], &event) == 0);
        comes_to(requests[i], TYPECASE_ERR_CANCELLED, "client freed");
        typecase_request_cancel(requests[i]);
    }
    for (int i = 1; i < 8; i++)
        if (i != 3) typecase_request_free(requests[i]);

    /* At every moment of a request's life, with its request freed before and after. */
    for (int i = 0; i < 60; i++) {
        own = client();
        for (uint64_t j = 0; j < 4; j++) requests[j] = submit(own, j % 2 ? vllm : silent, j < 2 ? BARE : BARE_STREAM, j);
        usleep(i * 50);
        typecase_request_free(requests[0]);
        typecase_request_free(requests[3]);
        typecase_client_free(own);
        comes_to(requests[2], TYPECASE_ERR_CANCELLED, "client freed");
        assert(typecase_request_is_done(requests[1]));
        typecase_request_free(requests[1]);
        typecase_request_free(requests[2]);
    }
    typecase_backend_free(silent);
    typecase_backend_free(vllm);
}

/* In a forked child a client and its requests say so, and may be freed; the parent's go on. */
static void forked(const char *engine_url, const char *silent_url) {
    typecase_client *own = client();
    typecase_backend *vllm = backend("vllm", engine_url), *silent = backend("vllm", silent_url);
    typecase_request *request = submit(own, silent, BARE, 1), *other = NULL;
    int descriptor, result;
    works(typecase_client_fd(own, &descriptor, &error));
    pid_t child = fork();
    if (child == 0) {
        uint64_t tag;
        size_t count;
        typecase_completion *completion = NULL;
        alarm(20);
        fails(typecase_submit(own, NULL, vllm, TEXT(BARE), PROMPT, 2, 2, &other, &error), TYPECASE_ERR_FORKED, "fork()");
        fails(typecase_client_fd(own, &descriptor, &error), TYPECASE_ERR_FORKED, "fork()");
        fails(typecase_client_next(own, TYPECASE_FOREVER, &tag, 1, &count, &error), TYPECASE_ERR_FORKED, "fork()");
        assert(typecase_request_wait(request, TYPECASE_FOREVER) == 1);
        fails(typecase_request_completion(request, &completion, &error), TYPECASE_ERR_FORKED, "fork()");
        typecase_request_cancel(request);
        typecase_request_free(request);
        typecase_client_free(own);
        own = client();
        request = submit(own, vllm, BARE, 1);
        wait_until_done(request);
        works(typecase_request_completion(request, &completion, &error));
        _exit(0);
    }
    assert(waitpid(child, &result, 0) == child && WIFEXITED(result) && WEXITSTATUS(result) == 0);
    assert(!typecase_request_is_done(request));
    other = submit(own, vllm, BARE, 2);
    wait_until_done(other);
    typecase_request_free(other);
    typecase_request_free(request);
    typecase_client_free(own);
    typecase_backend_free(vllm);
    typecase_backend_free(silent);
}

/* Lists of tokens, each from its start to the next. */
static void lists(const char *lists_url) {
    static const char request[] = "{\"vocab_size\": 10, \"max_prompt_len\": 5, \"sampling_params\": {\"logprobs\": 2, \"prompt_logprobs\": 1}}";
    typecase_client *own = client();
    typecase_backend *vllm = backend("vllm", lists_url);
    typecase_completion *completion = NULL;
    const uint32_t *ids = NULL;
    const float *logprobs = NULL;
    const size_t *starts = NULL;
    size_t count;
    works(typecase_generate(own, NULL, vllm, TEXT(request), PROMPT, 2, &completion, &error));
    assert(typecase_completion_top_logprobs(completion, 0, &ids, &logprobs, &starts) == 3);
    assert(starts[0] == 0 && starts[1] == 2 && starts[2] == 4 && starts[3] == 6 && ids[0] == 4 && ids[1] == 5 && logprobs[1] == -2);
    assert(typecase_completion_top_logprobs(completion, 0, NULL, NULL, NULL) == 3 && typecase_completion_top_logprobs(completion, 1, &ids, NULL, NULL) == 0);
    assert(typecase_completion_sampling_mask(completion, 0, &ids, &starts) == 3);
    assert(starts[1] == 1 && starts[2] == 3 && starts[3] == 3 && ids[0] == 4 && ids[2] == 6);
    const float *prompt = typecase_completion_prompt_logprobs(completion, &count);
    assert(count == 2 && isnan(prompt[0]) && prompt[1] == -0.25f);
    assert(typecase_completion_prompt_top_logprobs(completion, &ids, &logprobs, &starts) == 2);
    assert(starts[1] == 0 && starts[2] == 2 && ids[0] == 2 && ids[1] == 7 && logprobs[1] == -3);
    typecase_completion_free(completion);
    typecase_backend_free(vllm);
    typecase_client_free(own);
}

/* Nothing is freed: the end of the process is the end of all. */
static int leave(const char *silent_url) {
    typecase_client *own = client();
    typecase_backend *silent = backend("vllm", silent_url);
    for (uint64_t i = 0; i < 20; i++) submit(own, silent, i % 2 ? BARE : BARE_STREAM, i);
    usleep(50000);
    return 0;
}

int main(int argc, char **argv) {
    typecase_model *model = NULL;
    alarm(200);
    if (argc == 2) return leave(argv[1]);
    assert(argc == 5);
    works(typecase_model_open(TEXT(argv[1]), &model, &error));
    wrong_use(argv[2]);
    many(model, argv[2]);
    many_threads(argv[2]);
    streams(model, "vllm", argv[2]);
    streams(model, "sglang", argv[2]);
    streams(model, "openai", argv[2]);
    cancelling(argv[2], argv[3]);
    if (CAN_FORK) forked(argv[2], argv[3]);
    lists(argv[4]);
    typecase_model_free(model);
    puts("ok");
    return 0;
}
