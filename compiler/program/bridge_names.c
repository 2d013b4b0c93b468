// The names that a program's bitcode leaves open: the bridge, what hc-lower makes, what a target's own code is.  Never
// called; the linker takes them as found elsewhere.
#define NAME(f)   \
    void f(void); \
    __attribute__((visibility("default"))) void f(void) {}

NAME(hc_bridge_call)
NAME(hc_bridge_clock)
NAME(hc_bridge_relax)
NAME(hc_bridge_end)
NAME(hc_bridge_thread)
NAME(hc_bridge_lane)
NAME(hc_bridge_width)
NAME(hc_bridge_meet)
NAME(hc_bridge_own)
NAME(hc_block_size)
NAME(hc_block_fill)
NAME(hc_bridge_overflow)
NAME(hc_bridge_deep)
NAME(hc_relocate)
NAME(hc_constructors)
NAME(hc_destructors)
#define setjmp setjmp
NAME(setjmp)
NAME(_setjmp)
NAME(hc_jump)
