/* Loads the library, closes it and loads it again, by name: load_twice PATH */
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv) {
    for (int i = 0; i < 3 && argc == 2; i++) {
        void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
        if (!library) return fprintf(stderr, "%s\n", dlerror()), 1;
        const char *(*version)(void) = (const char *(*)(void))dlsym(library, "typecase_version");
        if (!version || !version()) return 1;
        puts(version());
        dlclose(library);
    }
    return argc == 2 ? 0 : 2;
}
