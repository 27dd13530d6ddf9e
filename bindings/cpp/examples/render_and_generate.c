/* Renders a chat and generates from it: render_and_generate MODEL_DIRECTORY ENGINE URL
 * Build: cc render_and_generate.c $(pkg-config --cflags --libs typecase) */
#include <stdio.h>
#include <string.h>
#include <typecase.h>

static int failed(typecase_status status, typecase_error *error) {
    fprintf(stderr, "%s: %s\n", typecase_status_name(status), typecase_error_message(error, NULL));
    typecase_error_free(error);
    return 1;
}

int main(int argc, char **argv) {
    static const char chat[] =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}], \"add_generation_prompt\": true,"
        " \"sampling_params\": {\"max_tokens\": 100, \"temperature\": 0}}";
    typecase_model *model = NULL;
    typecase_rendered *rendered = NULL;
    typecase_backend *backend = NULL;
    typecase_client *client = NULL;
    typecase_completion *completion = NULL;
    typecase_error *error = NULL;
    typecase_status status;
    char config[512];
    size_t count;

    if (argc != 4) {
        fprintf(stderr, "usage: %s MODEL_DIRECTORY ENGINE URL\n", argv[0]);
        return 2;
    }
    status = typecase_model_open(argv[1], strlen(argv[1]), &model, &error);
    if (status == TYPECASE_OK) status = typecase_model_render(model, chat, strlen(chat), &rendered, &error);
    if (status == TYPECASE_OK) {
        typecase_rendered_ids(rendered, &count);
        printf("%zu ids for:\n%s\n", count, typecase_rendered_text(rendered, 0, NULL));
        snprintf(config, sizeof config, "{\"url\": \"%s\"}", argv[3]);
        status = typecase_backend_new(argv[2], strlen(argv[2]), config, strlen(config), &backend, &error);
    }
    if (status == TYPECASE_OK) status = typecase_client_new(NULL, &client, &error);
    if (status == TYPECASE_OK)
        status = typecase_generate(client, model, backend, chat, strlen(chat), NULL, 0, &completion, &error);
    if (status == TYPECASE_OK) {
        typecase_completion_ids(completion, 0, &count);
        printf("%zu ids sampled, finish_reason %s\n%s\n", count, typecase_completion_finish_reason(completion, 0, NULL),
               typecase_completion_message(completion, 0, NULL));
    }
    typecase_completion_free(completion);
    typecase_client_free(client);
    typecase_backend_free(backend);
    typecase_rendered_free(rendered);
    typecase_model_free(model);
    return status == TYPECASE_OK ? 0 : failed(status, error);
}
