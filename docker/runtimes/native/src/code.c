/* Finding the file that a handler names, and loading it. */
#include "code.h"

#include "elf.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char DEFAULT_FUNCTION[] = "handle";
static const char DEFAULT_MODULE[] = "main";

/* In the order in which they are looked for. */
static const char *const NAMES[][2] = {{"", ".so"}, {"lib", ".so"}, {"", ""}};

enum { NAMES_COUNT = sizeof NAMES / sizeof *NAMES };

typedef int create_function(const hearth_function *function, void **state, char *error, size_t error_size);

static bool is_file(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static bool ends_with_so(const char *name, size_t bytes)
{
    return bytes > 3 && memcmp(name + bytes - 3, ".so", 3) == 0;
}

static bool find_entry(struct code *code, const struct order *order, const char *module, struct failure *failure)
{
    const char *name = order->entry;
    size_t bytes = strlen(name);

    if (ends_with_so(name, bytes))
        bytes -= 3;
    if (module[0] != '\0' && (strlen(module) != bytes || memcmp(module, name, bytes) != 0))
        return failure_set(failure, "HandlerNotFound", "the handler names '%s', but the code is the single file %s",
                           module, name);
    snprintf(code->path, sizeof code->path, "%s/%s", order->function.directory, name);
    return is_file(code->path) ||
           failure_set(failure, "HandlerNotFound", "there is no file %s in %s", name, order->function.directory);
}

/* `lib.part` lies in lib/part.so, lib/libpart.so or, as a program, in lib/part. */
static bool find_module(struct code *code, const struct order *order, char *module, struct failure *failure)
{
    const char *directory = order->function.directory;
    const char *name = module[0] == '\0' ? DEFAULT_MODULE : module;
    const char *slash;
    int folder = 0;

    for (char *at = module; *at != '\0'; at++)
        if (*at == '.')
            *at = '/';
    slash = strrchr(name, '/');
    if (slash != NULL)
        folder = (int)(slash + 1 - name);
    for (size_t i = 0; i < NAMES_COUNT; i++) {
        snprintf(code->path, sizeof code->path, "%s/%.*s%s%s%s", directory, folder, name, NAMES[i][0], name + folder,
                 NAMES[i][1]);
        if (is_file(code->path))
            return true;
    }
    return failure_set(failure, "HandlerNotFound", "there is no %s.so and no program %s in %s", name, name, directory);
}

static bool find(struct code *code, const struct order *order, struct failure *failure)
{
    const char *handler = order->handler[0] == '\0' ? DEFAULT_FUNCTION : order->handler;
    const char *dot = strrchr(handler, '.');
    char module[NAME_MAX + 1] = "";

    code->function = dot == NULL ? handler : dot + 1;
    if (dot != NULL && (size_t)(dot - handler) >= sizeof module)
        return failure_set(failure, "HandlerNotFound", "the handler's name is too long");
    if (dot != NULL)
        snprintf(module, sizeof module, "%.*s", (int)(dot - handler), handler);
    if (order->entry[0] != '\0')
        return find_entry(code, order, module, failure);
    return find_module(code, order, module, failure);
}

/* Fills a pointer to a function from one to an object, which C has no conversion for and POSIX promises. */
static void look_up(void *object, const char *name, void *function)
{
    void *found = dlsym(object, name);

    memcpy(function, &found, sizeof found);
}

static bool create(struct code *code, const struct order *order, void *object, struct failure *failure)
{
    create_function *function;
    char error[MESSAGE_BYTES_MAX] = "";
    int answer;

    look_up(object, "hearth_create", &function);
    if (function == NULL)
        return true;
    answer = function(&order->function, &code->state, error, sizeof error);
    error[sizeof error - 1] = '\0';
    if (answer == 0)
        return true;
    return failure_set(failure, "CreateFailed", "%s (hearth_create returned %d)",
                       error[0] == '\0' ? "it did not say why" : error, answer);
}

static bool load_object(struct code *code, const struct order *order, struct failure *failure)
{
    const char *name = code->path + strlen(order->function.directory) + 1;
    void *object = dlopen(code->path, RTLD_NOW | RTLD_LOCAL);
    const uint32_t *abi;

    if (object == NULL)
        return failure_set(failure, "LoadFailed", "%s", dlerror());
    abi = dlsym(object, "hearth_abi");
    if (abi != NULL && *abi > HEARTH_ABI)
        return failure_set(failure, "LoadFailed", "%s was built with version %u of hearth.h, this runtime has %u", name,
                           *abi, HEARTH_ABI);
    look_up(object, code->function, &code->handle);
    if (code->handle == NULL)
        return failure_set(failure, "HandlerNotFound", "there is no function '%s' in %s%s%s", code->function, name,
                           strcmp(code->function, DEFAULT_FUNCTION) == 0 ? "" : "; is it 'handle', the default?",
                           "; C++ needs extern \"C\", and what is hidden is not found");
    look_up(object, "hearth_destroy", &code->destroy);
    return create(code, order, object, failure);
}

static bool check_program(struct code *code, const struct order *order, const struct elf *elf, struct failure *failure)
{
    const char *name = code->path + strlen(order->function.directory) + 1;

    code->is_program = true;
    if (access(code->path, X_OK) != 0)
        return failure_set(failure, "LoadFailed", "%s is a program that may not be executed: pack it with mode 755", name);
    if (elf->loader[0] != '\0' && access(elf->loader, X_OK) != 0)
        return failure_set(failure, "LoadFailed",
                           "%s needs %s, which this image does not have: link it statically or against glibc", name,
                           elf->loader);
    return true;
}

bool code_load(struct code *code, const struct order *order, struct failure *failure)
{
    struct elf elf;

    if (chdir(order->function.directory) != 0)
        return failure_set(failure, "HandlerNotFound", "the folder of the code, %s, cannot be entered: %s",
                           order->function.directory, strerror(errno));
    if (!find(code, order, failure))
        return false;
    elf = elf_read(code->path);
    switch (elf.kind) {
    case ELF_OBJECT: return load_object(code, order, failure);
    case ELF_PROGRAM: return check_program(code, order, &elf, failure);
    case ELF_WRONG: break;
    }
    return failure_set(failure, "LoadFailed", "%s cannot be loaded: %s",
                       code->path + strlen(order->function.directory) + 1, elf.wrong);
}
