// One call each and nothing else: what tools/gpu-registers.sh looks at to say what a call takes of a kernel.
#include "hostcall/device.h"

struct call_args {
    uint64_t data;
    uint64_t size;
    int32_t fd;
    float value;
};

HC_KERNEL(call_none, struct call_args, a) { *(uint64_t *)a.data = a.size; }
HC_KERNEL(call_null, struct call_args, a) { *(int64_t *)a.data = hc_nop(); }
HC_KERNEL(call_write, struct call_args, a) { hc_write(a.fd, (const void *)a.data, a.size); }
HC_KERNEL(call_wave_write, struct call_args, a)
{
    hc_wave_write(a.fd, (const void *)a.data, a.size);
}
HC_KERNEL(call_wave_read, struct call_args, a) { hc_wave_read(a.fd, (void *)a.data, a.size); }
HC_KERNEL(call_puts, struct call_args, a) { hc_puts((const char *)a.data); }
HC_KERNEL(call_printf, struct call_args, a)
{
    hc_printf("lane %u: %d, %g\n", hc_global_id(), a.fd, (double)a.value);
}
HC_KERNEL(call_printf_string, struct call_args, a)
{
    hc_printf("lane %u: %s\n", hc_global_id(), (const char *)a.data);
}
HC_KERNEL(call_open_read, struct call_args, a)
{
    const int fd = hc_open((const char *)a.data, HC_O_RDONLY, 0);
    hc_read(fd, (void *)a.data, a.size);
}
