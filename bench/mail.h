// Words of 32 bits in host memory, for kernels: what device.h leaves out.
#ifndef BENCH_MAIL_H
#define BENCH_MAIL_H

HC_FN uint32_t bench_mail_load(const uint32_t *p)
{
#ifdef __CUDACC__
    uint32_t v;
    asm volatile("ld.relaxed.sys.u32 %0, [%1];" : "=r"(v) : "l"(p) : "memory");
    return v;
#else
    return __atomic_load_n(p, __ATOMIC_RELAXED);
#endif
}
HC_FN void bench_mail_store(uint32_t *p, uint32_t v)
{
#ifdef __CUDACC__
    asm volatile("st.relaxed.sys.u32 [%0], %1;" ::"l"(p), "r"(v) : "memory");
#else
    __atomic_store_n(p, v, __ATOMIC_RELAXED);
#endif
}

#endif
