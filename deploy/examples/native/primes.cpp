// Answers whether a number is prime, from a sieve that is made once per container.
#include <hearth.h>

#include <cstdio>
#include <string>
#include <vector>

namespace {
constexpr std::size_t LIMIT = 1'000'000;

struct Sieve {
    std::vector<bool> composite = std::vector<bool>(LIMIT);

    Sieve()
    {
        for (std::size_t n = 2; n * n < LIMIT; n++)
            for (std::size_t m = n * n; !composite[n] && m < LIMIT; m += n)
                composite[m] = true;
    }
};
} // namespace

extern "C" HEARTH_EXPORT int hearth_create(const hearth_function *, void **state, char *, std::size_t)
{
    *state = new Sieve;
    return 0;
}

// No exception may leave a handler: the runtime is C.
extern "C" HEARTH_EXPORT int handle(void *state, hearth_call *call)
try {
    const auto &sieve = *static_cast<const Sieve *>(state);
    const auto number = std::stoul(std::string(reinterpret_cast<const char *>(call->event), call->event_size));

    if (number >= LIMIT)
        return hearth_fail(call, "TooLarge", "numbers below 1000000 only");
    hearth_set_content_type(call, "application/json");
    return hearth_append_text(call, number > 1 && !sieve.composite[number] ? "true" : "false");
} catch (const std::exception &e) {
    return hearth_fail(call, "InvalidNumber", e.what());
}
