// Renders a chat, generates from its ids, and goes on with the next turn: render_and_generate MODEL_DIRECTORY ENGINE URL
// Build with CMake: find_package(typecase) and target_link_libraries(… typecase::typecase); see CMakeLists.txt.
#include <iostream>
#include <string>
#include <typecase.hpp>

int main(int argc, char **argv) {
    if (argc != 4) {
        std::cerr << "usage: " << argv[0] << " MODEL_DIRECTORY ENGINE URL\n";
        return 2;
    }
    try {
        auto model = typecase::model::open(argv[1]);
        typecase::chat chat(model, R"({"messages": [{"role": "user", "content": "Hello!"}]})");
        auto prompt = chat.render(R"({"add_generation_prompt": true})");
        std::cout << prompt.ids().size() << " ids for:\n" << prompt.text() << "\n";

        typecase::backend backend(argv[2], R"({"url": ")" + std::string(argv[3]) + R"("})");
        typecase::client client;
        auto completion =
            client.generate(model, backend, R"({"sampling_params": {"max_tokens": 100, "temperature": 0}})", prompt.ids());
        // The same by hand, as the ids come.
        auto parser = model.parser(prompt.ids());
        typecase::parser::event event;
        parser.push(completion.ids());
        parser.finish();
        while (parser.next(event)) {
            if (event.kind == TYPECASE_EVENT_CONTENT) std::cout << "content: " << event.text << "\n";
        }
        if (model.parse(completion.ids(), prompt.ids()).message() != completion.message()) return 1;

        chat.append("[" + std::string(completion.message()) + R"(, {"role": "user", "content": "Go on."}])");
        auto more = chat.bridge(prompt.ids(), completion.ids());
        std::cout << more.ids().size() << " ids follow:\n" << more.text() << "\n";

        std::cout << completion.ids().size() << " ids sampled, finish_reason " << completion.finish_reason() << "\n"
                  << completion.message() << "\n";
    } catch (const typecase::error &failure) {
        std::cerr << failure.what() << "\n";
        return 1;
    }
}
