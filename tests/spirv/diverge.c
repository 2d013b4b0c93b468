// Runs diverge.py's kernels on the backend that HOSTCALL_BACKEND names: every lane must compute what it computes
// alone, on the host.
#define DIVERGE_NATIVE
#include "diverge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hc_test.h"
#include "hostcall/hostcall.h"

enum { PARTS = 4, LANES_MAX = 256 };

extern const struct hc_image diverge_image;

uint32_t diverge_lane;
jmp_buf diverge_ended;

static void need(int err) { HC_ASSERT_MSG(!err, "%s", hc_last_error()); }

static int call_add(void *user, const struct hc_request *request, struct hc_reply *reply)
{
    (void)user;
    reply->value = diverge_answer(request->args[0], request->args[1]);
    return 0;
}

struct results {
    uint64_t out[LANES_MAX];
    uint32_t elected;
};

static void native_run(const struct diverge_kernel *kernel, struct diverge_args args,
                       uint32_t lanes, struct results *r)
{
    memset(r, 0, sizeof *r);
    args.out = (uint64_t)(uintptr_t)r->out;
    args.elected = (uint64_t)(uintptr_t)&r->elected;
    for (diverge_lane = 0; diverge_lane < lanes; diverge_lane++)
        if (!setjmp(diverge_ended)) kernel->run(args);
}

// True if they are equal, else says how they differ.
static bool results_same(const struct diverge_kernel *kernel, const struct results *want,
                         const struct results *got, uint32_t lanes, const char *where)
{
    uint32_t wrong = 0, first = 0;
    for (uint32_t i = lanes; i-- > 0;)
        if (want->out[i] != got->out[i]) wrong++, first = i;
    if (wrong)
        printf("%s, %s: %u lanes differ; lane %u: %016" PRIx64 ", not %016" PRIx64 "\n",
               kernel->name, where, wrong, first, got->out[first], want->out[first]);
    if (want->elected != got->elected)
        printf("%s, %s: elections counted %u lanes, not %u\n", kernel->name, where, got->elected,
               want->elected);
    return !wrong && want->elected == got->elected;
}

// Every PARTSth kernel, in full and in part-filled waves; on cpu also with waves that split at random.
static void part_run(uint32_t part)
{
    static const struct {
        uint32_t groups, group_size, diverge;
    } launches[] = {{1, 64, 0}, {3, 13, 0}, {1, 64, 1}, {2, 64, 2}};
    static struct results want;
    uint32_t wrong = 0;
    for (size_t i = 0; i < sizeof launches / sizeof *launches; i++) {
        const uint32_t lanes = launches[i].groups * launches[i].group_size;
        char where[64];
        hc_dev dev = NULL;
        hc_server server = NULL;
        hc_module module = NULL;
        hc_mem memory = NULL;
        const int err = hc_dev_open(hc_dev_params(.diverge = launches[i].diverge), &dev);
        if (err == HC_ERR_DEVICE) HC_SKIP("%s", hc_last_error());
        need(err);
        if (launches[i].diverge && strcmp(dev->backend_name, "cpu")) {
            hc_dev_close(&dev);
            continue;
        }
        // A driver that compiles a kernel for each shape of a launch: every kernel in one of two.
        const bool slow = !strcmp(dev->backend_name, "vulkan");
        snprintf(where, sizeof where, "%u * %u lanes%s", launches[i].groups, launches[i].group_size,
                 launches[i].diverge ? ", split" : "");
        need(hc_server_create(dev, hc_server_params(0), &server));
        need(hc_server_register(server, "fuzz.add", call_add, NULL, HC_CALL_QUICK));
        need(hc_module_create(dev, &diverge_image, &module));
        need(hc_mem_create(dev, hc_mem_params(.size = sizeof(struct results)), &memory));
        struct results *got = memory->host;
        for (uint32_t k = part; k < diverge_kernel_count; k += PARTS) {
            const struct diverge_kernel *kernel = &diverge_kernels[k];
            if (slow && (k / PARTS + i) % 2) continue;
            struct diverge_args args = {
                .seed = strtoul(strrchr(kernel->name, '_') + 1, NULL, 10) + 1,
                .full = launches[i].group_size % dev->caps.wave_width == 0,
            };
            native_run(kernel, args, lanes, &want);
            memset(got, 0, sizeof *got);
            args.out = memory->addr + offsetof(struct results, out);
            args.elected = memory->addr + offsetof(struct results, elected);
            need(hc_run(server,
                        hc_run_params(.module = module, .kernel = kernel->name,
                                      .groups = launches[i].groups,
                                      .group_size = launches[i].group_size, .args = &args,
                                      .args_size = sizeof args, .deadline_ns = 60000000000u),
                        NULL));
            wrong += !results_same(kernel, &want, got, lanes, where);
        }
        hc_server_destroy(&server);
        hc_mem_destroy(&memory);
        hc_module_destroy(&module);
        hc_dev_close(&dev);
    }
    HC_EQ(wrong, 0);
}

// Control flow that a compiler, or a backend's waves, put together wrongly: lanes that part, leave loops early, end,
// call in between, recurse.
HC_TEST(diverge, first_part) { part_run(0); }
HC_TEST(diverge, second_part) { part_run(1); }
HC_TEST(diverge, third_part) { part_run(2); }
HC_TEST(diverge, fourth_part) { part_run(3); }
