// A backend whose wire format is the host's, from C++17: how long its code lives, what it throws, and what a client has under way.
// test_host ENGINE_URL SILENT_URL MODEL_DIRECTORY: a server that is asked "whole 1, 2" or "stream 1, 2" and says those ids backwards, as
// a text or as events; one that never answers. Every wait ends.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <typecase.hpp>
#include <unistd.h>
#include <utility>
#include <vector>

#undef NDEBUG
#include <cassert>

namespace {

constexpr std::uint64_t LONG_MS = 20000;
const std::string WHOLE = R"({"max_prompt_len": 100, "sampling_params": {"max_tokens": 3}})";
const std::string STREAM = R"({"max_prompt_len": 100, "stream": true})";
const std::vector<std::uint32_t> PROMPT = {1, 2};

static_assert(!std::is_copy_constructible_v<typecase::backend> && std::is_nothrow_move_assignable_v<typecase::backend>);
static_assert(std::is_nothrow_move_constructible_v<typecase::request> && std::is_nothrow_move_assignable_v<typecase::request>);

// Whether this thread has asked for something: the code runs nowhere else.
thread_local bool asks = false;
// How many objects with code there are.
std::atomic<int> alive = 0;

class words : public typecase::wire {
public:
    words() { alive++; }
    ~words() override { alive--; }

    std::string encode(std::string_view request_json, typecase::array_view<std::uint32_t> prompt_ids) override {
        assert(asks && !prompt_ids.empty());
        const bool streams = request_json.find(R"("stream":true)") != request_json.npos;
        assert(streams || request_json.find(R"("sampling_params":{)") != request_json.npos);
        std::string body = streams ? "stream " : "whole ";
        for (const std::uint32_t id : prompt_ids) body += (body.back() == ' ' ? "" : ", ") + std::to_string(id);
        return body;
    }

    std::string decode(std::string_view data, bool is_event) override {
        assert(asks);
        if (is_event && data == "pause") return "";
        if (is_event && data == "end") return R"({"choices": [{"index": 0, "token_ids": [], "finish_reason": "stop"}]})";
        const std::string reason = is_event ? "null" : R"("stop")";
        return R"({"choices": [{"index": 0, "token_ids": [)" + std::string(data) + R"(], "finish_reason": )" + reason + "}]}";
    }
};

// What decode() makes, or throws, is a function's.
class odd : public words {
public:
    explicit odd(std::string (*says)()) : says_(says) {}
    std::string decode(std::string_view, bool) override { return says_(); }

private:
    std::string (*says_)();
};

class mute : public words {
public:
    std::string encode(std::string_view, typecase::array_view<std::uint32_t>) override { throw std::invalid_argument("no word for that"); }
};

typecase::backend backend(std::shared_ptr<typecase::wire> code, const std::string &url) {
    return {"words", "/say", std::move(code), R"({"url": ")" + url + R"("})"};
}

typecase::array_view<std::uint32_t> prompt() { return {PROMPT.data(), PROMPT.size()}; }

// The code may run on this thread as long as this lives.
class asking {
public:
    asking() = default;
    asking(const asking &) = delete;
    ~asking() { asks = before_; }

private:
    const bool before_ = std::exchange(asks, true);
};

// The call must throw this.
template <typename Call>
void fails(typecase_status expected, std::string_view words, Call call) {
    try {
        call();
    } catch (const typecase::error &error) {
        const bool is_expected = error.status() == expected && std::string_view(error.what()).find(words) != std::string_view::npos;
        if (!is_expected) std::fprintf(stderr, "%s\n", error.what());
        assert(is_expected);
        return;
    }
    assert(!"it did not fail");
}

void is_backwards(const typecase::completion &completion) {
    const auto ids = completion.ids(), sent = completion.prompt_ids();
    assert(ids.size() == sent.size() && std::equal(ids.begin(), ids.end(), std::make_reverse_iterator(sent.end())));
    assert(completion.finish_reason() == "stop" && completion.info().find(R"("words")") != std::string_view::npos);
}

// Reads a stream to its end; how many ids it told.
std::size_t read(typecase::request &request) {
    typecase::stream_event event;
    std::size_t ids = 0;
    for (bool done = false; !done;) {
        assert(request.wait(LONG_MS));
        done = request.done();
        const asking here;
        while (request.next(event)) ids += event.ids.size();
    }
    return ids;
}

void asked(const typecase::model &model, const std::string &url) {
    const typecase::client client;
    const auto server = backend(std::make_shared<words>(), url);
    const auto ask = [&] {
        const asking here;
        is_backwards(client.generate(model, server, WHOLE, prompt()));
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) threads.emplace_back([&] { for (int j = 0; j < 25; j++) ask(); });
    for (auto &thread : threads) thread.join();
    const asking here;
    const auto completion = client.generate(model, server, R"({"messages": [{"role": "user", "content": "Hello!"}], "max_prompt_len": 100})");
    is_backwards(completion);
    assert(!completion.message().empty());
}

// The code goes with the last of the backend and its requests.
void lives(const typecase::model &model, const std::string &url, const std::string &silent_url) {
    const typecase::client client;
    std::weak_ptr<words> seen;
    const auto submit = [&](const std::string &to, const std::string &request) {
        const auto code = std::make_shared<words>();
        seen = code;
        const asking here;
        return client.submit(model, backend(code, to), request, prompt());
    };
    auto whole = submit(url, WHOLE), streamed = submit(url, STREAM);
    assert(alive == 2 && seen.use_count() == 1);
    assert(whole.wait(LONG_MS) && whole.done() && read(streamed) == 2);
    {
        const asking here;
        is_backwards(whole.completion());
        is_backwards(streamed.completion());
    }
    // Moved over: what was there before is freed, and its code after it.
    whole = std::move(streamed);
    assert(alive == 1 && !seen.expired());
    whole = submit(silent_url, WHOLE);
    assert(alive == 1 && !whole.done());
    {
        const auto gone = std::move(whole);
    }
    assert(alive == 0 && seen.expired());
    // A backend without requests, and one that is moved.
    auto first = backend(std::make_shared<words>(), url), second = backend(std::make_shared<words>(), url);
    assert(alive == 2);
    first = std::move(second);
    assert(alive == 1);
    const asking here;
    is_backwards(client.generate(model, first, WHOLE, prompt()));
    fails(TYPECASE_ERR_ARGUMENT, "backend is NULL", [&] { client.generate(model, second, WHOLE, prompt()); });
}

// Nothing is thrown through the library: it ends the request, and is told where its result is asked for.
void throws(const typecase::model &model, const std::string &url) {
    const typecase::client client;
    const auto good = backend(std::make_shared<words>(), url);
    const auto ends = [&](std::shared_ptr<typecase::wire> code, std::string_view words) {
        const auto server = backend(std::move(code), url);
        for (const auto &text : {WHOLE, STREAM}) {
            const asking here;
            fails(TYPECASE_ERR_PROTOCOL, words, [&] { client.generate(model, server, text, prompt()); });
            auto request = client.submit(model, server, text, prompt());
            assert(read(request) == 0);
            for (int i = 0; i < 2; i++) fails(TYPECASE_ERR_PROTOCOL, words, [&] { request.completion(); });
            is_backwards(client.generate(model, good, WHOLE, prompt()));
        }
    };
    ends(std::make_shared<mute>(), "the host's wire format: no word for that");
    ends(std::make_shared<odd>([]() -> std::string { throw std::runtime_error("what is this?"); }), "the host's wire format: what is this?");
    ends(std::make_shared<odd>([]() -> std::string { throw std::runtime_error(""); }), "it returned 1");
    ends(std::make_shared<odd>([]() -> std::string { throw 7; }), "not a std::exception");
    // As what the library itself threw in that code.
    ends(std::make_shared<odd>([] { return typecase::chat_template("{{").render("{}"); }), "TYPECASE_ERR_TEMPLATE");
    ends(std::make_shared<odd>([]() -> std::string { return "{\"choices\": ["; }), "not JSON");
    ends(std::make_shared<odd>([]() -> std::string { return "[1, 2]"; }), "object");
    fails(TYPECASE_ERR_ARGUMENT, "NULL", [&] { backend(nullptr, url); });
    const int before = alive;
    fails(TYPECASE_ERR_ARGUMENT, "path", [&] { typecase::backend("words", "say", std::make_shared<words>(), "{}"); });
    fails(TYPECASE_ERR_FIELD, "url", [&] { typecase::backend("words", "/say", std::make_shared<words>(), "{}"); });
    assert(alive == before);
}

bool has(const typecase::client &client, std::size_t requests, std::size_t waiting, std::size_t connections) {
    const auto load = client.load();
    return load.requests == requests && load.waiting == waiting && load.connections == connections;
}

void loads(const typecase::model &model, const std::string &silent_url) {
    typecase::client_options options;
    options.connections_per_server = 2;
    typecase::client client(options);
    const auto server = backend(std::make_shared<words>(), silent_url);
    const auto comes_to = [&](std::size_t requests, std::size_t waiting, std::size_t connections) {
        for (std::uint64_t i = 0; i < LONG_MS && !has(client, requests, waiting, connections); i++) usleep(1000);
        assert(has(client, requests, waiting, connections));
    };
    assert(has(client, 0, 0, 0));
    const asking here;
    std::vector<typecase::request> requests;
    for (int i = 0; i < 5; i++) requests.push_back(client.submit(model, server, WHOLE, prompt()));
    comes_to(5, 3, 2);
    requests.back().cancel();
    comes_to(4, 2, 2);
    requests.clear();
    comes_to(0, 0, 0);
    const auto other = std::move(client);
    fails(TYPECASE_ERR_ARGUMENT, "client is NULL", [&] { client.load(); });
}

} // namespace

int main(int argc, char **argv) {
    assert(argc == 4);
    alarm(100);
    const auto model = typecase::model::open(argv[3]);
    asked(model, argv[1]);
    lives(model, argv[1], argv[2]);
    throws(model, argv[1]);
    loads(model, argv[2]);
    assert(alive == 0);
    std::puts("ok");
}
