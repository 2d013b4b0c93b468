// Switches stacks: saves what the calling convention keeps over a call, and nothing else.
#include "backends/cpu/fiber.h"

#include <stdint.h>

#if defined(__x86_64__)

// System V ABI: rbx, rbp, r12 to r15 are the callee's to keep.
__asm__(".text\n.p2align 4\n.type hc_fiber_swap,@function\nhc_fiber_swap:\n"
        "  push %rbp\n  push %rbx\n  push %r12\n  push %r13\n  push %r14\n  push %r15\n"
        "  mov %rsp, (%rdi)\n  mov %rsi, %rsp\n"
        "  pop %r15\n  pop %r14\n  pop %r13\n  pop %r12\n  pop %rbx\n  pop %rbp\n  ret\n"
        ".size hc_fiber_swap,.-hc_fiber_swap\n");
enum { SAVED_WORDS = 6 };

#elif defined(__aarch64__)

// AAPCS64: x19 to x30 and d8 to d15 are the callee's to keep.
__asm__(
    ".text\n.p2align 4\n.type hc_fiber_swap,%function\nhc_fiber_swap:\n"
    "  sub sp, sp, #160\n"
    "  stp x30, x29, [sp]\n  stp x19, x20, [sp, #16]\n  stp x21, x22, [sp, #32]\n  stp x23, x24, [sp, #48]\n"
    "  stp x25, x26, [sp, #64]\n  stp x27, x28, [sp, #80]\n  stp d8, d9, [sp, #96]\n  stp d10, d11, [sp, #112]\n"
    "  stp d12, d13, [sp, #128]\n  stp d14, d15, [sp, #144]\n"
    "  mov x9, sp\n  str x9, [x0]\n  mov sp, x1\n"
    "  ldp x30, x29, [sp]\n  ldp x19, x20, [sp, #16]\n  ldp x21, x22, [sp, #32]\n  ldp x23, x24, [sp, #48]\n"
    "  ldp x25, x26, [sp, #64]\n  ldp x27, x28, [sp, #80]\n  ldp d8, d9, [sp, #96]\n  ldp d10, d11, [sp, #112]\n"
    "  ldp d12, d13, [sp, #128]\n  ldp d14, d15, [sp, #144]\n"
    "  add sp, sp, #160\n  ret\n"
    ".size hc_fiber_swap,.-hc_fiber_swap\n");

#endif

#if defined(__x86_64__) || defined(__aarch64__)

void hc_fiber_swap(void **save, void *sp);

void hc_fiber_make(struct hc_fiber *fiber, void *stack, size_t size, void (*entry)(void))
{
    uint64_t *top = (uint64_t *)(((uintptr_t)stack + size) & ~(uintptr_t)15);
#if defined(__x86_64__)
    // What a call would have left: a return address (never used) above entry's, so that rsp is odd
    // in 16.
    *--top = 0;
    *--top = (uint64_t)(uintptr_t)entry;
    for (int i = 0; i < SAVED_WORDS; i++) *--top = 0;
#else
    top -= 20;
    for (int i = 0; i < 20; i++) top[i] = 0;
    top[0] = (uint64_t)(uintptr_t)entry;
#endif
    fiber->sp = top;
}

void hc_fiber_switch(struct hc_fiber *from, struct hc_fiber *to)
{
    hc_fiber_swap(&from->sp, to->sp);
}

#else

void hc_fiber_make(struct hc_fiber *fiber, void *stack, size_t size, void (*entry)(void))
{
    getcontext(&fiber->context);
    fiber->context.uc_stack.ss_sp = stack;
    fiber->context.uc_stack.ss_size = size;
    fiber->context.uc_link = NULL;
    makecontext(&fiber->context, entry, 0);
}

void hc_fiber_switch(struct hc_fiber *from, struct hc_fiber *to)
{
    swapcontext(&from->context, &to->context);
}

#endif
