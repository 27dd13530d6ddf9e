/* A backend whose wire format is the host's, from C: its functions, what they tell, and what is refused. test_host ENGINE_URL …: a server
 * that is asked "whole 1, 2" or "stream 1, 2" and says those ids backwards, as a text or as events. Every wait ends. */
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <typecase.h>
#include <unistd.h>

#include "check.h"

#define LONG_MS 20000

static const char REQUEST[] = "{\"vocab_size\": 10, \"max_prompt_len\": 5, \"lora\": \"poet\", \"sampling_params\": {\"max_tokens\": 3}}";
static const char STREAM[] = "{\"vocab_size\": 10, \"max_prompt_len\": 5, \"stream\": true}";
static const uint32_t PROMPT[] = {1, 2};

/* Whether this thread has asked for something: the functions run nowhere else. */
static __thread int asks;

enum fault { NONE, CANNOT_WRITE, CANNOT_READ, SAYS_NOTHING, NOT_JSON, NO_CHOICES, AN_ERROR };

/* What the user pointer leads to. */
struct engine {
    enum fault fault;
    int written, read;
};

static void say(typecase_writer *writer, const char *text) { typecase_writer_append(writer, text, strlen(text)); }

static int encode(
    void *user, const char *request, size_t request_len, const uint32_t *prompt_ids, size_t prompt_ids_count, typecase_writer *out_body) {
    struct engine *engine = user;
    char text[512], id[16];
    assert(asks && request_len < sizeof text && prompt_ids_count > 0);
    __atomic_add_fetch(&engine->written, 1, __ATOMIC_RELAXED);
    memcpy(text, request, request_len);
    text[request_len] = 0;
    if (engine->fault == CANNOT_WRITE) {
        say(out_body, "no word for ");
        say(out_body, "that");
        return 1;
    }
    const int streams = strstr(text, "\"stream\":true") != NULL;
    assert(streams || (strstr(text, "\"max_tokens\":3") && strstr(text, "\"lora\":\"poet\"")));
    say(out_body, streams ? "stream " : "whole ");
    for (size_t i = 0; i < prompt_ids_count; i++) {
        snprintf(id, sizeof id, "%s%u", i ? ", " : "", prompt_ids[i]);
        say(out_body, id);
    }
    /* These add nothing. */
    typecase_writer_append(out_body, NULL, 5);
    typecase_writer_append(NULL, id, 1);
    return 0;
}

static int decode(void *user, const char *data, size_t len, int is_event, typecase_writer *out_json) {
    struct engine *engine = user;
    char text[512];
    assert(asks && len < 100 && (is_event == 0 || is_event == 1));
    __atomic_add_fetch(&engine->read, 1, __ATOMIC_RELAXED);
    switch (engine->fault) {
    case CANNOT_READ: say(out_json, "what is \xff this?"); return -1;
    case SAYS_NOTHING: return 7;
    case NOT_JSON: say(out_json, "{\"choices\": ["); return 0;
    case NO_CHOICES: say(out_json, "{\"choices\": [{\"index\": 0}]}"); return 0;
    case AN_ERROR: say(out_json, "{\"error\": {\"message\": \"out of ink\", \"code\": 500}}"); return 0;
    default: break;
    }
    if (is_event && len == 5 && !memcmp(data, "pause", 5)) return 0;
    const int is_end = is_event && len == 3 && !memcmp(data, "end", 3);
    snprintf(
        text, sizeof text, "{\"model\": \"quill\", \"choices\": [{\"index\": 0, \"token_ids\": [%.*s], \"logprobs\": [%s], \"finish_reason\": %s}]}",
        is_end ? 0 : (int)len, data, is_end ? "" : is_event ? "-0.5" : "-0.5, null", is_end ? "\"stop\"" : is_event ? "null" : "\"length\"");
    say(out_json, text);
    return 0;
}

/* The server as the engine reads and writes it. The struct need not be kept: it is overwritten. */
static typecase_backend *backend(struct engine *engine, const char *url) {
    char config[256];
    typecase_backend *made = NULL;
    typecase_wire wire = {sizeof wire, engine, encode, decode};
    snprintf(config, sizeof config, "{\"url\": \"%s\"}", url);
    works(typecase_backend_new_host(TEXT("words"), TEXT("/say"), &wire, TEXT(config), &made, &error));
    memset(&wire, 0, sizeof wire);
    return made;
}

static typecase_client *client(void) {
    typecase_client *made = NULL;
    typecase_client_options options = TYPECASE_CLIENT_OPTIONS_INIT;
    options.timeout_ms = LONG_MS;
    works(typecase_client_new(&options, &made, &error));
    return made;
}

/* The prompt backwards; its log-probabilities are -0.5 and, unless it was streamed, none. */
static void is_answer(const typecase_completion *completion, const char *reason) {
    size_t count;
    const uint32_t *ids = typecase_completion_ids(completion, 0, &count);
    assert(typecase_completion_count(completion) == 1 && count == 2 && ids[0] == 2 && ids[1] == 1);
    const float *logprobs = typecase_completion_logprobs(completion, 0, &count);
    assert(count == 2 && logprobs[0] == -0.5f && !strcmp(typecase_completion_finish_reason(completion, 0, NULL), reason));
    assert(strcmp(reason, "stop") ? isnan(logprobs[1]) : logprobs[1] == -0.5f);
    const char *info = typecase_completion_info(completion, NULL);
    assert(strstr(info, "\"words\"") && strstr(info, "\"quill\""));
}

static void ask(const typecase_client *client, const typecase_backend *backend) {
    typecase_completion *completion = NULL;
    asks = 1;
    works(typecase_generate(client, NULL, backend, TEXT(REQUEST), PROMPT, 2, &completion, &error));
    asks = 0;
    is_answer(completion, "length");
    typecase_completion_free(completion);
}

/* Submitted, waited for and read; the backend goes at once. Returns how many ids its events had. */
static size_t ask_stream(const typecase_client *client, typecase_backend *backend, typecase_status expected, const char *words) {
    typecase_stream_event event = TYPECASE_STREAM_EVENT_INIT;
    typecase_completion *completion = NULL;
    typecase_request *request = NULL;
    size_t ids = 0;
    asks = 1;
    works(typecase_submit(client, NULL, backend, TEXT(STREAM), PROMPT, 2, 1, &request, &error));
    typecase_backend_free(backend);
    for (int done = 0; !done;) {
        asks = 0;
        assert(typecase_request_wait(request, LONG_MS));
        done = typecase_request_is_done(request);
        asks = 1;
        while (typecase_request_next(request, &event)) ids += event.count;
    }
    /* What it came to may be asked for again. */
    for (int i = 0; i < 2; i++) {
        typecase_status got = typecase_request_completion(request, &completion, &error);
        if (expected != TYPECASE_OK) {
            fails(got, expected, words);
            continue;
        }
        works(got);
        is_answer(completion, "stop");
        typecase_completion_free(completion);
        completion = NULL;
    }
    asks = 0;
    typecase_request_free(request);
    return ids;
}

static void wrong_use(const char *url) {
    const char config[] = "{\"url\": \"http://127.0.0.1:1\"}";
    struct engine engine = {NONE, 0, 0};
    struct {
        typecase_wire wire;
        void *more;
    } newer = {{sizeof newer, &engine, encode, decode}, NULL};
    const typecase_wire whole = {sizeof whole, &engine, encode, decode};
    typecase_wire wire = whole, deaf = whole, mute = whole;
    typecase_backend *made = NULL;
    deaf.decode = NULL;
    mute.encode = NULL;
    fails(typecase_backend_new_host(TEXT("words"), TEXT("/say"), NULL, TEXT(config), &made, &error), TYPECASE_ERR_ARGUMENT, "wire is NULL");
    for (wire.size = 0; wire.size < sizeof wire; wire.size += sizeof wire - 1)
        fails(typecase_backend_new_host(TEXT("words"), TEXT("/say"), &wire, TEXT(config), &made, &error), TYPECASE_ERR_ARGUMENT, "size");
    fails(typecase_backend_new_host(TEXT("words"), TEXT("/say"), &mute, TEXT(config), &made, &error), TYPECASE_ERR_ARGUMENT, "NULL");
    fails(typecase_backend_new_host(TEXT("words"), TEXT("/say"), &deaf, TEXT(config), &made, &error), TYPECASE_ERR_ARGUMENT, "NULL");
    fails(typecase_backend_new_host(NULL, 0, TEXT("/say"), &whole, TEXT(config), &made, &error), TYPECASE_ERR_ARGUMENT, "name");
    fails(typecase_backend_new_host(TEXT("words"), NULL, 0, &whole, TEXT(config), &made, &error), TYPECASE_ERR_ARGUMENT, "path");
    fails(typecase_backend_new_host(TEXT("words"), TEXT("say"), &whole, TEXT(config), &made, &error), TYPECASE_ERR_ARGUMENT, "path");
    fails(typecase_backend_new_host(TEXT("words"), TEXT("/say"), &whole, TEXT("{}"), &made, &error), TYPECASE_ERR_FIELD, "url");
    fails(typecase_backend_new_host(TEXT("words"), TEXT("/say"), &whole, TEXT(config), NULL, &error), TYPECASE_ERR_ARGUMENT, "output pointer");
    assert(!made);
    /* A struct of a newer header is read as far as it is known. */
    works(typecase_backend_new_host(TEXT("words"), TEXT("/say"), &newer.wire, TEXT(config), &made, &error));
    typecase_backend_free(made);

    /* What is wrong with a request is found before the host's code is asked. */
    typecase_client *own = client();
    typecase_completion *completion = NULL;
    made = backend(&engine, url);
    fails(typecase_generate(own, NULL, made, TEXT("{\"vocab_size\": 2}"), PROMPT, 2, &completion, &error), TYPECASE_ERR_VOCABULARY, "prompt_ids[1]");
    assert(engine.written == 0 && engine.read == 0);
    typecase_backend_free(made);
    typecase_client_free(own);
}

/* What the functions tell ends their request, and no other. */
static void faults(const char *url) {
    static const struct {
        enum fault fault;
        typecase_status status;
        const char *words;
    } all[] = {
        {CANNOT_WRITE, TYPECASE_ERR_PROTOCOL, "the host's wire format: no word for that"},
        {CANNOT_READ, TYPECASE_ERR_PROTOCOL, "the host's wire format: what is \xEF\xBF\xBD this?"},
        {SAYS_NOTHING, TYPECASE_ERR_PROTOCOL, "it returned 7"},
        {NOT_JSON, TYPECASE_ERR_PROTOCOL, "not JSON"},
        {NO_CHOICES, TYPECASE_ERR_PROTOCOL, "token_ids"},
        {AN_ERROR, TYPECASE_ERR_SERVER, "out of ink"},
    };
    typecase_client *own = client();
    struct engine good = {NONE, 0, 0};
    typecase_backend *well = backend(&good, url);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct engine engine = {all[i].fault, 0, 0};
        typecase_completion *completion = NULL;
        typecase_backend *server = backend(&engine, url);
        asks = 1;
        fails(typecase_generate(own, NULL, server, TEXT(REQUEST), PROMPT, 2, &completion, &error), all[i].status, all[i].words);
        asks = 0;
        assert(!completion && engine.written == 1 && engine.read == (all[i].fault != CANNOT_WRITE));
        assert(ask_stream(own, server, all[i].status, all[i].words) == 0);
        assert(engine.written == 2 && engine.read == 2 * (all[i].fault != CANNOT_WRITE));
        ask(own, well);
    }
    typecase_backend_free(well);
    typecase_client_free(own);
}

enum { THREADS = 4, EACH = 25 };

static typecase_client *shared_client;
static typecase_backend *shared_backend;

static void *ask_often(void *unused) {
    for (int i = 0; i < EACH; i++) ask(shared_client, shared_backend);
    return unused;
}

int main(int argc, char **argv) {
    struct engine engine = {NONE, 0, 0};
    pthread_t threads[THREADS];
    alarm(100);
    assert(argc > 1);
    wrong_use(argv[1]);
    shared_client = client();
    shared_backend = backend(&engine, argv[1]);
    for (int i = 0; i < THREADS; i++) assert(!pthread_create(&threads[i], NULL, ask_often, NULL));
    for (int i = 0; i < THREADS; i++) assert(!pthread_join(threads[i], NULL));
    assert(engine.written == THREADS * EACH && engine.read == engine.written);
    assert(ask_stream(shared_client, shared_backend, TYPECASE_OK, NULL) == 2);
    typecase_client_free(shared_client);
    faults(argv[1]);
    puts("ok");
    return 0;
}
