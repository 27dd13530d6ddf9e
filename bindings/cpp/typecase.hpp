// typecase.hpp: the C interface for C++17, header only. Each class owns one handle of typecase.h and frees it; failures throw
// typecase::error. What a function promises is written in typecase.h; the names here are its names.
//
// Threads: tokenizer, chat_template, model, backend, client and every result may be used by many threads at once, a chat by many as
// long as none appends; of a request wait(), done() and cancel(). Moving and destroying are never concurrent with use. Code of yours,
// a wire, runs on the thread that asks and on no other.
#ifndef TYPECASE_HPP
#define TYPECASE_HPP

#include <typecase.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace typecase {

// A view of memory that belongs to a result: valid as long as the result lives. (std::span is C++20.)
template <typename T>
class array_view {
public:
    array_view() = default;
    array_view(const T *data, std::size_t size) : data_(data), size_(size) {}
    const T *data() const { return data_; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const T *begin() const { return data_; }
    const T *end() const { return data_ + size_; }
    const T &operator[](std::size_t i) const { return data_[i]; }

private:
    const T *data_ = nullptr;
    std::size_t size_ = 0;
};

// A failed call. what() says what went wrong, where, and what to do.
class error : public std::runtime_error {
public:
    // Takes the details of a failed call, and frees them.
    error(typecase_status status, typecase_error *details)
        : std::runtime_error(message(status, details)), status_(status), line_(typecase_error_line(details)),
          column_(typecase_error_column(details)), http_status_(typecase_error_http_status(details)),
          kind_(text(typecase_error_kind, details)), field_(text(typecase_error_field, details)), source_message_(text(typecase_error_source_message, details)) {
        typecase_error_free(details);
    }

    typecase_status status() const { return status_; }
    std::size_t line() const { return line_; }
    std::size_t column() const { return column_; }
    int http_status() const { return http_status_; }
    const std::string &kind() const { return kind_; }
    const std::string &field() const { return field_; }
    const std::string &source_message() const { return source_message_; }

private:
    template <typename Getter>
    static std::string text(Getter getter, const typecase_error *details) {
        std::size_t length = 0;
        const char *data = getter(details, &length);
        return std::string(data, length);
    }
    static std::string message(typecase_status status, const typecase_error *details) {
        return std::string(typecase_status_name(status)) + ": " + text(typecase_error_message, details);
    }

    typecase_status status_;
    std::size_t line_, column_;
    int http_status_;
    std::string kind_, field_, source_message_;
};

namespace detail {

template <typename T, void (*Free)(T *)>
struct deleter {
    void operator()(T *handle) const { Free(handle); }
};
template <typename T, void (*Free)(T *)>
using handle = std::unique_ptr<T, deleter<T, Free>>;

// Calls f(…, out, error), and returns what it made.
template <typename Handle, typename Function, typename... Arguments>
Handle make(Function function, Arguments... arguments) {
    typename Handle::pointer made = nullptr;
    typecase_error *details = nullptr;
    typecase_status status = function(arguments..., &made, &details);
    if (status != TYPECASE_OK) throw error(status, details);
    return Handle(made);
}

// Calls f(…, error).
template <typename Function, typename... Arguments>
void check(Function function, Arguments... arguments) {
    typecase_error *details = nullptr;
    typecase_status status = function(arguments..., &details);
    if (status != TYPECASE_OK) throw error(status, details);
}

using text_handle = handle<typecase_text, typecase_text_free>;

inline std::string take(text_handle text) {
    std::size_t length = 0;
    const char *data = typecase_text_data(text.get(), &length);
    return std::string(data, length);
}

template <typename T, typename Function, typename... Arguments>
array_view<T> view(Function function, Arguments... arguments) {
    std::size_t count = 0;
    const T *data = function(arguments..., &count);
    return array_view<T>(data, count);
}

template <typename Function, typename... Arguments>
std::string_view text(Function function, Arguments... arguments) {
    std::size_t length = 0;
    const char *data = function(arguments..., &length);
    return std::string_view(data, length);
}

} // namespace detail

// The ids of a text.
class encoding {
public:
    using handle = detail::handle<typecase_encoding, typecase_encoding_free>;
    explicit encoding(handle made) : handle_(std::move(made)) {}
    array_view<std::uint32_t> ids() const { return detail::view<std::uint32_t>(typecase_encoding_ids, handle_.get()); }
    // Begin and end of token i in the text's bytes are values 2i and 2i + 1; size() is the number of tokens.
    array_view<std::uint32_t> byte_offsets() const { return detail::view<std::uint32_t>(typecase_encoding_byte_offsets, handle_.get()); }
    array_view<std::uint32_t> char_offsets() const { return detail::view<std::uint32_t>(typecase_encoding_char_offsets, handle_.get()); }
    // One value a token; empty where TYPECASE_ENCODE_OFFSETS was not asked for.
    array_view<std::uint32_t> type_ids() const { return detail::view<std::uint32_t>(typecase_encoding_type_ids, handle_.get()); }
    array_view<std::uint8_t> special_tokens_mask() const { return detail::view<std::uint8_t>(typecase_encoding_special_tokens_mask, handle_.get()); }
    array_view<std::uint8_t> attention_mask() const { return detail::view<std::uint8_t>(typecase_encoding_attention_mask, handle_.get()); }

private:
    handle handle_;
};

// Decodes ids as they come: pieces of whole characters. For one thread at a time.
class decoder {
public:
    using handle = detail::handle<typecase_decoder, typecase_decoder_free>;
    explicit decoder(handle made) : handle_(std::move(made)) {}
    std::string push(array_view<std::uint32_t> ids) { return take(typecase_decoder_push, ids.data(), ids.size()); }
    // What was held back. The decoder is finished then.
    std::string finish() { return take(typecase_decoder_finish); }

private:
    template <class Function, class... Arguments> std::string take(Function function, Arguments... arguments) {
        const char *text = nullptr;
        std::size_t length = 0;
        detail::check(function, handle_.get(), arguments..., &text, &length);
        return std::string(text, length);
    }
    handle handle_;
};

class tokenizer {
public:
    using handle = detail::handle<typecase_tokenizer, typecase_tokenizer_free>;
    explicit tokenizer(handle made) : handle_(std::move(made)) {}

    static tokenizer open(std::string_view path) {
        return tokenizer(detail::make<handle>(typecase_tokenizer_open, path.data(), path.size()));
    }
    static tokenizer from_json(std::string_view json) {
        return tokenizer(detail::make<handle>(typecase_tokenizer_new, json.data(), json.size()));
    }
    // special_tokens: a JSON object of ids by content.
    static tokenizer from_tiktoken(std::string_view ranks, std::string_view pattern, std::string_view special_tokens = "{}") {
        return tokenizer(detail::make<handle>(
            typecase_tokenizer_new_tiktoken, ranks.data(), ranks.size(), pattern.data(), pattern.size(), special_tokens.data(),
            special_tokens.size()));
    }
    static tokenizer from_tekken(std::string_view json) {
        return tokenizer(detail::make<handle>(typecase_tokenizer_new_tekken, json.data(), json.size()));
    }
    // flags: TYPECASE_ENCODE_… or-ed.
    encoding encode(std::string_view text, std::uint32_t flags = 0) const {
        typecase_encode_options options = TYPECASE_ENCODE_OPTIONS_INIT;
        options.flags = flags;
        return encoding(detail::make<encoding::handle>(
            typecase_tokenizer_encode, get(), text.data(), text.size(), static_cast<const typecase_encode_options *>(&options)));
    }
    encoding encode_pair(std::string_view first, std::string_view second, std::uint32_t flags = 0) const {
        typecase_encode_options options = TYPECASE_ENCODE_OPTIONS_INIT;
        options.flags = flags;
        return encoding(detail::make<encoding::handle>(
            typecase_tokenizer_encode_pair, get(), first.data(), first.size(), second.data(), second.size(),
            static_cast<const typecase_encode_options *>(&options)));
    }
    typecase::decoder decoder(bool skip_special_tokens = false) const {
        return typecase::decoder(
            detail::make<typecase::decoder::handle>(typecase_decoder_new, get(), static_cast<int>(skip_special_tokens)));
    }
    // The bytes that a token stands for.
    std::string token_bytes(std::uint32_t id) const {
        return detail::take(detail::make<detail::text_handle>(typecase_tokenizer_token_bytes, get(), id));
    }
    std::string decode(array_view<std::uint32_t> ids, bool skip_special_tokens = false) const {
        return detail::take(detail::make<detail::text_handle>(
            typecase_tokenizer_decode, get(), ids.data(), ids.size(), static_cast<int>(skip_special_tokens)));
    }
    std::size_t vocab_size() const { return typecase_tokenizer_vocab_size(get()); }
    std::size_t id_limit() const { return typecase_tokenizer_id_limit(get()); }
    // -1 where there is no such token.
    std::int64_t token_to_id(std::string_view token) const { return typecase_tokenizer_token_to_id(get(), token.data(), token.size()); }
    std::string info() const { return detail::take(detail::make<detail::text_handle>(typecase_tokenizer_info, get())); }
    const typecase_tokenizer *get() const { return handle_.get(); }

private:
    handle handle_;
};

// A compiled template on its own. ("template" is a word of the language.)
class chat_template {
public:
    explicit chat_template(std::string_view source)
        : handle_(detail::make<handle>(typecase_template_new, source.data(), source.size())) {}
    // context: a JSON object. now: what strftime_now sees, empty for the clock.
    std::string render(std::string_view context, std::string_view now = {}) const {
        typecase_template_options options = TYPECASE_TEMPLATE_OPTIONS_INIT;
        if (!now.empty()) {
            options.now = now.data();
            options.now_len = now.size();
        }
        return detail::take(detail::make<detail::text_handle>(
            typecase_template_render, static_cast<const typecase_template *>(handle_.get()), context.data(), context.size(),
            static_cast<const typecase_template_options *>(&options)));
    }

private:
    using handle = detail::handle<typecase_template, typecase_template_free>;
    handle handle_;
};

// One or more rendered prompts.
class rendered {
public:
    using handle = detail::handle<typecase_rendered, typecase_rendered_free>;
    explicit rendered(handle made) : handle_(std::move(made)) {}
    // The ids of all prompts; starts() says where each begins.
    array_view<std::uint32_t> ids() const { return detail::view<std::uint32_t>(typecase_rendered_ids, handle_.get()); }
    array_view<std::size_t> starts() const { return detail::view<std::size_t>(typecase_rendered_starts, handle_.get()); }
    array_view<std::uint32_t> byte_offsets() const { return detail::view<std::uint32_t>(typecase_rendered_byte_offsets, handle_.get()); }
    array_view<std::uint32_t> char_offsets() const { return detail::view<std::uint32_t>(typecase_rendered_char_offsets, handle_.get()); }
    std::string_view text(std::size_t index = 0) const {
        return detail::text(typecase_rendered_text, static_cast<const typecase_rendered *>(handle_.get()), index);
    }
    // Attribution, one value for each id; empty where the request did not ask for it.
    array_view<std::int32_t> message_indices() const { return detail::view<std::int32_t>(typecase_rendered_message_indices, handle_.get()); }
    array_view<std::uint8_t> sampled_mask() const { return detail::view<std::uint8_t>(typecase_rendered_sampled_mask, handle_.get()); }
    array_view<std::uint8_t> is_content() const { return detail::view<std::uint8_t>(typecase_rendered_is_content, handle_.get()); }
    array_view<std::uint8_t> kinds() const { return detail::view<std::uint8_t>(typecase_rendered_kinds, handle_.get()); }
    array_view<std::uint8_t> straddles() const { return detail::view<std::uint8_t>(typecase_rendered_straddles, handle_.get()); }
    array_view<std::uint8_t> generation_mask() const { return detail::view<std::uint8_t>(typecase_rendered_generation_mask, handle_.get()); }
    array_view<std::uint8_t> loss_mask() const { return detail::view<std::uint8_t>(typecase_rendered_loss_mask, handle_.get()); }
    // Messages: two values each in spans and counts; messages() is a JSON array.
    array_view<std::size_t> message_starts() const { return detail::view<std::size_t>(typecase_rendered_message_starts, handle_.get()); }
    array_view<std::int32_t> message_spans() const {
        const auto spans = detail::view<std::int32_t>(typecase_rendered_message_spans, handle_.get());
        return {spans.data(), 2 * spans.size()};
    }
    array_view<std::uint32_t> message_counts() const {
        const auto counts = detail::view<std::uint32_t>(typecase_rendered_message_counts, handle_.get());
        return {counts.data(), 2 * counts.size()};
    }
    std::string_view messages() const {
        return detail::text(typecase_rendered_messages, static_cast<const typecase_rendered *>(handle_.get()));
    }
    std::size_t control_tokens_in_content() const { return typecase_rendered_control_tokens_in_content(handle_.get()); }

private:
    handle handle_;
};

// What a model said.
class parsed {
public:
    std::string_view content() const { return detail::text(typecase_parsed_content, get()); }
    std::string_view reasoning() const { return detail::text(typecase_parsed_reasoning, get()); }
    // 1 where the reasoning was closed, 0 where it was not, -1 where there is none.
    int reasoning_complete() const { return typecase_parsed_reasoning_complete(get()); }
    std::size_t call_count() const { return typecase_parsed_call_count(get()); }
    // part: TYPECASE_CALL_…; empty where the call has none.
    std::string_view call(std::size_t index, std::uint32_t part) const { return detail::text(typecase_parsed_call, get(), index, part); }
    // JSON objects: everything that was found, and a message for the next request.
    std::string_view json() const { return detail::text(typecase_parsed_json, get()); }
    std::string_view message() const { return detail::text(typecase_parsed_message, get()); }
    const typecase_parsed *get() const { return handle_.get(); }

private:
    friend class model;
    using handle = detail::handle<typecase_parsed, typecase_parsed_free>;
    explicit parsed(handle made) : handle_(std::move(made)) {}
    handle handle_;
};

// Reads what a model says, as it comes.
class parser {
public:
    // kind: TYPECASE_EVENT_…; text is good until the next call.
    struct event {
        std::uint32_t kind;
        std::size_t call;
        std::string_view text;
    };
    void push(array_view<std::uint32_t> ids) { detail::check(typecase_parser_push, handle_.get(), ids.data(), ids.size()); }
    void finish() { detail::check(typecase_parser_finish, handle_.get()); }
    // False where there is none until more ids come.
    bool next(event &told) {
        const char *text = nullptr;
        std::size_t length = 0;
        if (!typecase_parser_next(handle_.get(), &told.kind, &told.call, &text, &length)) return false;
        told.text = std::string_view(text, length);
        return true;
    }

private:
    friend class model;
    using handle = detail::handle<typecase_parser, typecase_parser_free>;
    explicit parser(handle made) : handle_(std::move(made)) {}
    handle handle_;
};

class model {
public:
    static model open(std::string_view directory) {
        return model(detail::make<handle>(typecase_model_open, directory.data(), directory.size()));
    }
    // Empty chat_template and config: the model has none.
    static model from_parts(std::string_view tokenizer_json, std::string_view chat_template = {}, std::string_view config = {}) {
        typecase_model_parts parts = TYPECASE_MODEL_PARTS_INIT;
        parts.tokenizer_json = tokenizer_json.data();
        parts.tokenizer_json_len = tokenizer_json.size();
        parts.chat_template = chat_template.empty() ? nullptr : chat_template.data();
        parts.chat_template_len = chat_template.size();
        parts.config = config.empty() ? nullptr : config.data();
        parts.config_len = config.size();
        return model(detail::make<handle>(typecase_model_new, static_cast<const typecase_model_parts *>(&parts)));
    }
    // request: the JSON object of typecase_model_render().
    typecase::rendered render(std::string_view request) const {
        return typecase::rendered(
            detail::make<typecase::rendered::handle>(typecase_model_render, get(), request.data(), request.size()));
    }
    typecase::rendered render_prompt(std::string_view request) const {
        return typecase::rendered(
            detail::make<typecase::rendered::handle>(typecase_model_render_prompt, get(), request.data(), request.size()));
    }
    // request: the JSON object of typecase_model_training_sample().
    typecase::rendered training_sample(std::string_view request) const {
        return typecase::rendered(
            detail::make<typecase::rendered::handle>(typecase_model_training_sample, get(), request.data(), request.size()));
    }
    typecase::rendered training_samples(std::string_view request) const {
        return typecase::rendered(
            detail::make<typecase::rendered::handle>(typecase_model_training_samples, get(), request.data(), request.size()));
    }
    // What follows a prompt and its completion; throws an error of TYPECASE_ERR_NOT_EXTENDABLE where nothing can: error::kind().
    typecase::rendered bridge(array_view<std::uint32_t> prompt, array_view<std::uint32_t> completion, std::string_view request) const {
        return typecase::rendered(detail::make<typecase::rendered::handle>(
            typecase_model_bridge, get(), prompt.data(), prompt.size(), completion.data(), completion.size(), request.data(),
            request.size()));
    }
    // options: the JSON object of typecase_model_parse(). No prompt: what the template would write.
    typecase::parsed parse(
        array_view<std::uint32_t> ids, array_view<std::uint32_t> prompt_ids = {}, std::string_view options = "{}") const {
        return typecase::parsed(detail::make<typecase::parsed::handle>(
            typecase_model_parse, get(), ids.data(), ids.size(), prompt_ids.data(), prompt_ids.size(), options.data(), options.size()));
    }
    typecase::parser parser(array_view<std::uint32_t> prompt_ids = {}, std::string_view options = "{}") const {
        return typecase::parser(detail::make<typecase::parser::handle>(
            typecase_parser_new, get(), prompt_ids.data(), prompt_ids.size(), options.data(), options.size()));
    }
    // A JSON object: how the model writes what it says; and the same model with one that was written by hand.
    std::string format(std::string_view options = "{}") const {
        return detail::take(detail::make<detail::text_handle>(typecase_model_format, get(), options.data(), options.size()));
    }
    model with_format(std::string_view format) const {
        return model(detail::make<handle>(typecase_model_with_format, get(), format.data(), format.size()));
    }
    // A JSON object.
    std::string prefix_stability(std::string_view request = "{}") const {
        return detail::take(
            detail::make<detail::text_handle>(typecase_model_prefix_stability, get(), request.data(), request.size()));
    }
    typecase::tokenizer tokenizer() const {
        return typecase::tokenizer(detail::make<typecase::tokenizer::handle>(typecase_model_tokenizer, get()));
    }
    std::string info() const { return detail::take(detail::make<detail::text_handle>(typecase_model_info, get())); }
    const typecase_model *get() const { return handle_.get(); }

private:
    using handle = detail::handle<typecase_model, typecase_model_free>;
    explicit model(handle made) : handle_(std::move(made)) {}
    handle handle_;
};

// A conversation that grows.
class chat {
public:
    // request: the JSON object of typecase_chat_new().
    chat(const model &owner, std::string_view request)
        : handle_(detail::make<handle>(typecase_chat_new, owner.get(), request.data(), request.size())) {}
    // messages: a JSON array. All are added or none.
    void append(std::string_view messages) { detail::check(typecase_chat_append, handle_.get(), messages.data(), messages.size()); }
    std::size_t size() const { return typecase_chat_count(handle_.get()); }
    rendered render(std::string_view options = "{}") const {
        return rendered(detail::make<rendered::handle>(typecase_chat_render, get(), options.data(), options.size()));
    }
    // As model::bridge(), with the messages that follow the last one of the assistant.
    rendered bridge(array_view<std::uint32_t> prompt, array_view<std::uint32_t> completion, std::string_view options = "{}") const {
        return rendered(detail::make<rendered::handle>(
            typecase_chat_bridge, get(), prompt.data(), prompt.size(), completion.data(), completion.size(), options.data(),
            options.size()));
    }
    const typecase_chat *get() const { return handle_.get(); }

private:
    using handle = detail::handle<typecase_chat, typecase_chat_free>;
    handle handle_;
};

// The wire format of an engine that the library does not know, as code of yours: derive from it, and make a backend of it. Where a
// request cannot be written or an answer not read, throw: the request fails with TYPECASE_ERR_PROTOCOL, and what() says why.
//
// Threads: encode() is called within submit() and generate(), decode() within completion(), next() and generate(), on the thread that
// calls these; threads that ask at once are in it at once. It is destroyed on the thread that lets go of it last. decode() must not read
// from the request that it is called for.
class wire {
public:
    virtual ~wire() = default;
    // The body of a request. request_json: the JSON object that encode of typecase_wire is given; prompt_ids: shape (n,). Both are good
    // until it returns.
    virtual std::string encode(std::string_view request_json, array_view<std::uint32_t> prompt_ids) = 0;
    // data: the body of an answer or, with is_event, the data of an event of its stream; good until it returns. Returns the JSON object
    // that decode of typecase_wire writes, of events what is new; an empty string is an event that says nothing.
    virtual std::string decode(std::string_view data, bool is_event) = 0;
};

namespace detail {

// Frees a handle, and only then lets go of the code that the handle may call; the order holds for moves, too. No code: none of yours.
template <typename T, void (*Free)(T *)>
struct wired_deleter {
    std::shared_ptr<wire> code;
    void operator()(T *handle) const { Free(handle); }
};
template <typename T, void (*Free)(T *)>
using wired_handle = std::unique_ptr<T, wired_deleter<T, Free>>;

// Writes what a function makes, or what it throws: nothing may be thrown through the library.
template <typename Make>
int written(typecase_writer *writer, Make make) noexcept {
    const auto append = [writer](std::string_view text) { typecase_writer_append(writer, text.data(), text.size()); };
    try {
        const std::string made = make();
        append(made);
        return 0;
    } catch (const std::exception &thrown) {
        append(thrown.what());
    } catch (...) {
        append("it threw what is not a std::exception");
    }
    return 1;
}

// The functions of a typecase_wire whose user is a wire.
inline int encode(
    void *user, const char *request, std::size_t request_len, const std::uint32_t *prompt_ids, std::size_t prompt_ids_count,
    typecase_writer *out_body) noexcept {
    return written(out_body, [&] {
        return static_cast<wire *>(user)->encode(std::string_view(request, request_len), {prompt_ids, prompt_ids_count});
    });
}
inline int decode(void *user, const char *data, std::size_t len, int is_event, typecase_writer *out_json) noexcept {
    return written(out_json, [&] { return static_cast<wire *>(user)->decode(std::string_view(data, len), is_event != 0); });
}

} // namespace detail

class backend {
public:
    // engine: "vllm", "sglang", "openai" or "auto"; config: the JSON object of typecase_backend_new().
    backend(std::string_view engine, std::string_view config)
        : handle_(detail::make<handle>(typecase_backend_new, engine.data(), engine.size(), config.data(), config.size())) {}
    // A server whose engine you know. name: what completions and errors call the engine; path: of the endpoint, "/completion"; code: kept
    // by the backend and by each request of it, which may outlive the backend. Give "max_prompt_len" with requests: the window is not
    // asked for.
    backend(std::string_view name, std::string_view path, std::shared_ptr<wire> code, std::string_view config) {
        // Without code there are no functions either, which the library refuses.
        const typecase_wire functions = {sizeof functions, code.get(), code ? detail::encode : nullptr, code ? detail::decode : nullptr};
        handle_ = detail::make<handle>(
            typecase_backend_new_host, name.data(), name.size(), path.data(), path.size(), &functions, config.data(), config.size());
        handle_.get_deleter().code = std::move(code);
    }
    const typecase_backend *get() const { return handle_.get(); }

private:
    friend class client;
    using handle = detail::wired_handle<typecase_backend, typecase_backend_free>;
    handle handle_;
};

// Tokens by position, with their log-probabilities where there are any. Views memory of a completion, as array_view does.
class token_lists {
public:
    token_lists() = default;
    // As the getters of typecase.h give them: list i is the values from starts[i] to starts[i + 1].
    token_lists(std::size_t size, const std::uint32_t *ids, const float *logprobs, const std::size_t *starts)
        : size_(size), ids_(ids), logprobs_(logprobs), starts_(starts) {}
    // How many positions there are; 0 where the completion has no lists.
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    array_view<std::uint32_t> ids(std::size_t i) const { return {ids_ + starts_[i], starts_[i + 1] - starts_[i]}; }
    // Empty for a sampling mask.
    array_view<float> logprobs(std::size_t i) const {
        return logprobs_ ? array_view<float>(logprobs_ + starts_[i], starts_[i + 1] - starts_[i]) : array_view<float>();
    }

private:
    std::size_t size_ = 0;
    const std::uint32_t *ids_ = nullptr;
    const float *logprobs_ = nullptr;
    const std::size_t *starts_ = nullptr;
};

class completion {
public:
    using handle = detail::handle<typecase_completion, typecase_completion_free>;
    explicit completion(handle made) : handle_(std::move(made)) {}
    // How many choices there are.
    std::size_t size() const { return typecase_completion_count(get()); }
    array_view<std::uint32_t> prompt_ids() const { return detail::view<std::uint32_t>(typecase_completion_prompt_ids, get()); }
    array_view<std::uint32_t> ids(std::size_t choice = 0) const { return detail::view<std::uint32_t>(typecase_completion_ids, get(), choice); }
    array_view<float> logprobs(std::size_t choice = 0) const { return detail::view<float>(typecase_completion_logprobs, get(), choice); }
    // The likeliest tokens at each sampled id, where more than one were asked for.
    token_lists top_logprobs(std::size_t choice = 0) const {
        const std::uint32_t *ids = nullptr;
        const float *logprobs = nullptr;
        const std::size_t *starts = nullptr;
        const std::size_t size = typecase_completion_top_logprobs(get(), choice, &ids, &logprobs, &starts);
        return {size, ids, logprobs, starts};
    }
    // The tokens that could be sampled at each id, where the server says.
    // The log-probability of each id among those that could be sampled; empty where the server does not say.
    array_view<float> sampling_logprobs(std::size_t choice = 0) const {
        return detail::view<float>(typecase_completion_sampling_logprobs, get(), choice);
    }
    token_lists sampling_mask(std::size_t choice = 0) const {
        const std::uint32_t *ids = nullptr;
        const std::size_t *starts = nullptr;
        const std::size_t size = typecase_completion_sampling_mask(get(), choice, &ids, &starts);
        return {size, ids, nullptr, starts};
    }
    // Of the prompt's ids, NaN for the first; empty where they were not asked for.
    array_view<float> prompt_logprobs() const { return detail::view<float>(typecase_completion_prompt_logprobs, get()); }
    token_lists prompt_top_logprobs() const {
        const std::uint32_t *ids = nullptr;
        const float *logprobs = nullptr;
        const std::size_t *starts = nullptr;
        const std::size_t size = typecase_completion_prompt_top_logprobs(get(), &ids, &logprobs, &starts);
        return {size, ids, logprobs, starts};
    }
    std::string_view finish_reason(std::size_t choice = 0) const { return detail::text(typecase_completion_finish_reason, get(), choice); }
    // JSON objects: everything that was found in the choice, and the choice as a message.
    std::string_view parsed(std::size_t choice = 0) const { return detail::text(typecase_completion_parsed, get(), choice); }
    std::string_view message(std::size_t choice = 0) const { return detail::text(typecase_completion_message, get(), choice); }
    // A JSON object: everything else that the engine said.
    std::string_view info() const { return detail::text(typecase_completion_info, get()); }
    const typecase_completion *get() const { return handle_.get(); }

private:
    handle handle_;
};

// What a stream tells. What it views is good until the next event of its request is asked for.
struct stream_event {
    std::uint32_t kind = 0; // TYPECASE_EVENT_…
    std::uint32_t choice = 0;
    std::size_t call = 0;
    std::string_view text;
    // Of tokens; logprobs are empty where none were asked for.
    array_view<std::uint32_t> ids;
    array_view<float> logprobs;
};

// A request that is under way, or done. Destroyed while it is under way, it is cancelled. It keeps the wire of its backend.
class request {
public:
    // Until it is done or, where it streams, has more to read. False where the time passed first.
    bool wait(std::uint64_t timeout_ms = TYPECASE_FOREVER) const { return typecase_request_wait(get(), timeout_ms) != 0; }
    bool done() const { return typecase_request_is_done(get()) != 0; }
    void cancel() const { typecase_request_cancel(get()); }
    // What came of it, once it is done; throws what it failed with.
    typecase::completion completion() const {
        return typecase::completion(detail::make<typecase::completion::handle>(typecase_request_completion, get()));
    }
    // The next event of a request with "stream"; false where there is none until more comes, or at all where the request is done.
    bool next(stream_event &told) {
        typecase_stream_event event = TYPECASE_STREAM_EVENT_INIT;
        if (!typecase_request_next(handle_.get(), &event)) return false;
        told.kind = event.kind;
        told.choice = event.choice;
        told.call = event.call;
        told.text = std::string_view(event.text, event.text_len);
        told.ids = {event.ids, event.count};
        told.logprobs = {event.logprobs, event.logprobs ? event.count : 0};
        return true;
    }
    const typecase_request *get() const { return handle_.get(); }

private:
    friend class client;
    using handle = detail::wired_handle<typecase_request, typecase_request_free>;
    explicit request(handle made) : handle_(std::move(made)) {}
    handle handle_;
};

// The options of a client, all at their defaults.
struct client_options : typecase_client_options {
    client_options() : typecase_client_options TYPECASE_CLIENT_OPTIONS_INIT {}
};

// How much a client has at once: a moment's picture, for those who want to hold back.
struct client_load {
    std::size_t requests = 0;    // That have no result yet.
    std::size_t waiting = 0;     // Of them, those that wait for a connection to be free.
    std::size_t connections = 0; // In use.
};

// Requests under way and connections to servers. Its end ends the requests that are under way, which may be destroyed before or after.
class client {
public:
    explicit client(const typecase_client_options *options = nullptr) : handle_(detail::make<handle>(typecase_client_new, options)) {}
    explicit client(const client_options &options) : client(static_cast<const typecase_client_options *>(&options)) {}
    // request: the JSON object of typecase_generate().
    completion generate(const model &model, const backend &backend, std::string_view request) const {
        return send(model.get(), backend, request, {});
    }
    completion generate(const model &model, const backend &backend, std::string_view request, array_view<std::uint32_t> prompt_ids) const {
        return send(model.get(), backend, request, prompt_ids);
    }
    // Begins a request and comes back at once. tag: what next() calls it by. Model, backend and prompt_ids need not be kept.
    typecase::request submit(const model &model, const backend &backend, std::string_view request, std::uint64_t tag = 0) const {
        return begin(model.get(), backend, request, {}, tag);
    }
    typecase::request submit(
        const model &model, const backend &backend, std::string_view request, array_view<std::uint32_t> prompt_ids,
        std::uint64_t tag = 0) const {
        return begin(model.get(), backend, request, prompt_ids, tag);
    }
    // Readable while next() has something to tell. Watch it, and neither read nor close it.
    int fd() const {
        int descriptor = -1;
        detail::check(typecase_client_fd, get(), &descriptor);
        return descriptor;
    }
    // The tags of requests that are done or have more to read, up to capacity; waits for the first. Returns how many there are.
    std::size_t next(std::uint64_t timeout_ms, std::uint64_t *tags, std::size_t capacity) const {
        std::size_t count = 0;
        detail::check(typecase_client_next, get(), timeout_ms, tags, capacity, &count);
        return count;
    }
    // tags: an array, a vector, a span.
    template <typename Tags>
    std::size_t next(std::uint64_t timeout_ms, Tags &tags) const {
        return next(timeout_ms, std::data(tags), std::size(tags));
    }
    client_load load() const {
        client_load told;
        detail::check(typecase_client_load, get(), &told.requests, &told.waiting, &told.connections);
        return told;
    }
    const typecase_client *get() const { return handle_.get(); }

private:
    using handle = detail::handle<typecase_client, typecase_client_free>;
    completion send(
        const typecase_model *model, const backend &backend, std::string_view request, array_view<std::uint32_t> prompt_ids) const {
        return completion(detail::make<completion::handle>(
            typecase_generate, get(), model, backend.get(), request.data(), request.size(), prompt_ids.data(), prompt_ids.size()));
    }
    typecase::request begin(
        const typecase_model *model, const backend &backend, std::string_view request, array_view<std::uint32_t> prompt_ids,
        std::uint64_t tag) const {
        auto made = detail::make<typecase::request::handle>(
            typecase_submit, get(), model, backend.get(), request.data(), request.size(), prompt_ids.data(), prompt_ids.size(), tag);
        made.get_deleter().code = backend.handle_.get_deleter().code;
        return typecase::request(std::move(made));
    }
    handle handle_;
};

} // namespace typecase

#endif
