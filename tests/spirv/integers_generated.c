// Goes through the tests of integers_generate.py.
#include "integers_print.h"

struct test {
    const char *name;
    uint64_t (*run)(uint64_t, uint64_t);
};
extern const struct test tests[];
extern const uint64_t test_count;

int main(void)
{
    for (uint64_t i = 0; i < test_count; i++) {
        for (int k = 0; k < 60; k++) mix(tests[i].run(some64(), some64()));
        line(tests[i].name);
    }
    return 0;
}
