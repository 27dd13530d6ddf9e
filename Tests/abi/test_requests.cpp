// Requests under way, from C++17: what typecase.hpp makes of them. test_requests MODEL_DIRECTORY ENGINE_URL SILENT_URL LISTS_URL: a
// stand-in engine, a server that never answers, and one that answers with lists of tokens. Every wait ends.
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <poll.h>
#include <string>
#include <type_traits>
#include <typecase.hpp>
#include <unistd.h>
#include <vector>

#undef NDEBUG
#include <cassert>

namespace {

using ids_view = typecase::array_view<std::uint32_t>;

constexpr std::uint64_t LONG_MS = 20000;
const std::string CHAT = R"({"messages": [{"role": "user", "content": "Hello!"}]})";
const std::string BARE = R"({"max_prompt_len": 5, "sampling_params": {"logprobs": null}})";
const std::vector<std::uint32_t> PROMPT = {1, 2};

static_assert(!std::is_copy_constructible_v<typecase::request> && std::is_nothrow_move_constructible_v<typecase::request>);
static_assert(!std::is_copy_constructible_v<typecase::client> && std::is_nothrow_move_assignable_v<typecase::request>);

typecase::backend backend(std::string_view engine, const std::string &url) { return {engine, R"({"url": ")" + url + R"("})"}; }

ids_view prompt() { return {PROMPT.data(), PROMPT.size()}; }

template <typename T>
std::vector<T> copied(typecase::array_view<T> view) {
    return std::vector<T>(view.begin(), view.end());
}

void wait_until_done(const typecase::request &request) {
    for (std::uint64_t i = 0; i < LONG_MS && !request.done(); i++) request.wait(1);
    assert(request.done());
}

// The call must throw this.
template <typename Call>
void fails(typecase_status expected, Call call) {
    try {
        call();
    } catch (const typecase::error &error) {
        if (error.status() != expected) std::fprintf(stderr, "%s\n", error.what());
        assert(error.status() == expected);
        return;
    }
    assert(!"it did not fail");
}

bool is_readable(int descriptor, int milliseconds) {
    pollfd watched = {descriptor, POLLIN, 0};
    return poll(&watched, 1, milliseconds) == 1;
}

void many(const typecase::model &model, const std::string &url) {
    typecase::client_options options;
    options.timeout_ms = 4 * LONG_MS;
    options.connections_per_server = 16;
    const typecase::client client(options);
    const auto server = backend("auto", url);
    const auto expected = client.generate(model, server, CHAT);
    std::map<std::uint64_t, typecase::request> requests;
    for (std::uint64_t tag = 0; tag < 100; tag++) requests.emplace(tag, client.submit(model, server, CHAT, tag));
    std::array<std::uint64_t, 7> tags;
    while (!requests.empty()) {
        assert(is_readable(client.fd(), LONG_MS));
        const std::size_t count = client.next(0, tags);
        for (std::size_t i = 0; i < count; i++) {
            // Its result outlives the request.
            const auto completion = requests.at(tags[i]).completion();
            assert(requests.erase(tags[i]) == 1);
            assert(copied(completion.ids()) == copied(expected.ids()) && completion.message() == expected.message());
            assert(completion.top_logprobs().empty() && completion.prompt_logprobs().empty());
        }
    }
    assert(!is_readable(client.fd(), 20) && client.next(20, tags.data(), tags.size()) == 0);
    std::vector<std::uint64_t> none;
    fails(TYPECASE_ERR_ARGUMENT, [&] { client.next(0, none); });
}

void streams(const typecase::model &model, std::string_view engine, const std::string &url) {
    const typecase::client client;
    const auto server = backend(engine, url);
    const auto whole = client.generate(model, server, CHAT);
    auto request = client.submit(model, server, R"({"messages": [{"role": "user", "content": "Hello!"}], "stream": true})");
    std::vector<std::uint32_t> ids;
    std::vector<float> logprobs;
    std::string content, reason;
    typecase::stream_event event;
    for (bool done = false; !done;) {
        assert(request.wait(LONG_MS));
        // Asked before reading: what comes after the answer is read in another round.
        done = request.done();
        while (request.next(event)) {
            assert(event.choice == 0 && (event.kind == TYPECASE_EVENT_TOKENS) == !event.ids.empty() && event.ids.size() == event.logprobs.size());
            ids.insert(ids.end(), event.ids.begin(), event.ids.end());
            logprobs.insert(logprobs.end(), event.logprobs.begin(), event.logprobs.end());
            if (event.kind == TYPECASE_EVENT_CONTENT) content += event.text;
            if (event.kind == TYPECASE_EVENT_FINISH) reason += event.text;
        }
    }
    assert(!request.next(event));
    const auto completion = request.completion();
    assert(ids == copied(completion.ids()) && logprobs == copied(completion.logprobs()) && reason == completion.finish_reason());
    assert(ids == copied(whole.ids()) && completion.message() == whole.message() && completion.parsed() == whole.parsed());
    assert(content == model.parse(completion.ids(), completion.prompt_ids()).content() && !content.empty());
}

void cancelling(const typecase::model &model, const std::string &url, const std::string &silent_url) {
    const auto vllm = backend("vllm", url), silent = backend("vllm", silent_url);
    std::vector<typecase::request> left;
    {
        const typecase::client client;
        auto first = client.submit(model, silent, BARE, prompt(), 1);
        assert(!first.wait(0) && !first.wait(50) && !first.done());
        fails(TYPECASE_ERR_ARGUMENT, [&] { first.completion(); });
        // Moved: the one that is overwritten is cancelled, and not told any more.
        auto second = client.submit(model, silent, BARE, prompt(), 2);
        first = std::move(second);
        first.cancel();
        wait_until_done(first);
        fails(TYPECASE_ERR_CANCELLED, [&] { first.completion(); });
        std::uint64_t tags[4];
        assert(client.next(LONG_MS, tags) == 1 && tags[0] == 2);
        // What is wrong with a request is told when it is done.
        const auto wrong = client.submit(model, vllm, R"({"messages": 1})");
        wait_until_done(wrong);
        fails(TYPECASE_ERR_FIELD, [&] { wrong.completion(); });
        const auto good = client.submit(model, vllm, BARE, prompt());
        wait_until_done(good);
        assert(!good.completion().ids().empty() && copied(good.completion().prompt_ids()) == PROMPT);
        for (int i = 0; i < 4; i++) left.push_back(client.submit(model, silent, BARE, prompt()));
        // All have a connection.
        usleep(100'000);
        assert(!left.back().done());
    }
    for (const auto &request : left) {
        assert(request.done() && request.wait());
        fails(TYPECASE_ERR_CANCELLED, [&] { request.completion(); });
    }
}

void lists(const typecase::model &model, const std::string &url) {
    const typecase::client client;
    const auto out = client.generate(
        model, backend("vllm", url), R"({"max_prompt_len": 5, "sampling_params": {"logprobs": 2, "prompt_logprobs": 1}})", prompt());
    const auto top = out.top_logprobs();
    assert(top.size() == 3 && out.top_logprobs(1).empty());
    for (std::size_t i = 0; i < top.size(); i++) {
        assert(copied(top.ids(i)) == (std::vector<std::uint32_t>{out.ids()[i], out.ids()[i] + 1}));
        assert(copied(top.logprobs(i)) == (std::vector<float>{-1, -2}) && top.logprobs(i)[0] == out.logprobs()[i]);
    }
    assert(out.sampling_logprobs().empty());
    const auto mask = out.sampling_mask();
    assert(mask.size() == 3 && copied(mask.ids(1)) == (std::vector<std::uint32_t>{5, 6}) && mask.ids(2).empty() && mask.logprobs(1).empty());
    assert(out.prompt_logprobs().size() == 2 && std::isnan(out.prompt_logprobs()[0]) && out.prompt_logprobs()[1] == -0.25f);
    const auto prompts = out.prompt_top_logprobs();
    assert(prompts.size() == 2 && prompts.ids(0).empty() && copied(prompts.ids(1)) == (std::vector<std::uint32_t>{2, 7}));
    assert(prompts.logprobs(1)[1] == -3);
}

} // namespace

int main(int argc, char **argv) {
    assert(argc == 5);
    alarm(120);
    const auto model = typecase::model::open(argv[1]);
    many(model, argv[2]);
    for (const char *engine : {"vllm", "sglang", "openai"}) streams(model, engine, argv[2]);
    cancelling(model, argv[2], argv[3]);
    lists(model, argv[4]);
    std::puts("ok");
}
