// What programs for machine_native.c see.
#ifndef MACHINE_PROGRAM_H
#define MACHINE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// With MACHINE_PLAIN it is compiled to run as it is.
#define NOINLINE __attribute__((noinline))

void out(int64_t value);
__attribute__((noreturn, convergent, nothrow)) void hc_spirv_end(void);
void hc_spirv_overflow(void);
void kernel(void);

#endif
