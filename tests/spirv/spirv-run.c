// spirv-run: runs one kernel of a module file in the interpreter and prints what it wrote.
//
//     spirv-run FILE KERNEL [--groups N] [--group-size N] [--out BYTES] [--own-data] [--steps N]
//               [--stack BYTES] [--constant ID=VALUE]... [--undefined-fill BYTE] [--stats]
//
// The kernel's arguments are the address of BYTES bytes, zeroed, then zeros.  With --own-data every lane has its own
// such bytes, and its own copy of the data segment.  They are printed as 32-bit words in hexadecimal: one line, or
// with --own-data one a lane ("-" for a lane that did not end).  --undefined-fill: values that SPIR-V leaves undefined
// are such bytes, not faults.  --stats: how many instructions ran, on stderr.
//
// Exit codes: 0; 2: called wrongly, or the file or its SPIR-V is refused; 3: step limit; 4: fault.
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/spirv/interpret.h"

enum { USAGE = 2, STEP_LIMIT = 3, FAULT = 4 };

static int usage(void)
{
    fprintf(
        stderr,
        "usage: spirv-run FILE KERNEL [--groups N] [--group-size N] [--out BYTES] [--own-data] [--steps N]\n"
        "                 [--stack BYTES] [--constant ID=VALUE]... [--undefined-fill BYTE] [--stats]\n");
    return USAGE;
}

static bool number(const char *text, uint64_t most, uint64_t *value)
{
    char *end;
    *value = strtoull(text, &end, 0);
    return *text >= '0' && *text <= '9' && !*end && *value <= most;
}

struct job {
    struct spirv_launch launch;
    struct spirv_constant constant[32];
    uint64_t out_bytes, lanes;
    bool stats;
};

static bool read_constant(struct job *job, char *text)
{
    char *value = strchr(text, '=');
    uint64_t id, is;
    if (!value || job->launch.constant_count == sizeof job->constant / sizeof *job->constant)
        return false;
    *value++ = 0;
    if (!number(text, UINT32_MAX, &id) || !number(value, UINT32_MAX, &is)) return false;
    job->constant[job->launch.constant_count++] =
        (struct spirv_constant){(uint32_t)id, (uint32_t)is};
    return true;
}

static bool read_options(struct job *job, int argc, char **argv)
{
    static const struct option options[] = {
        {"groups", required_argument, NULL, 'g'},
        {"group-size", required_argument, NULL, 'l'},
        {"out", required_argument, NULL, 'o'},
        {"own-data", no_argument, NULL, 'd'},
        {"steps", required_argument, NULL, 's'},
        {"stack", required_argument, NULL, 'k'},
        {"constant", required_argument, NULL, 'c'},
        {"undefined-fill", required_argument, NULL, 'u'},
        {"stats", no_argument, NULL, 't'},
        {NULL, 0, NULL, 0},
    };
    struct spirv_launch *l = &job->launch;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        uint64_t n = 0;
        const uint64_t most = option == 's' ? UINT64_MAX : option == 'u' ? 255 : 1 << 30;
        if (option == '?') return false;
        if (option == 'c' && !read_constant(job, optarg)) return false;
        if (option != 'c' && option != 'd' && option != 't' && !number(optarg, most, &n))
            return false;
        switch (option) {
        case 'g': l->groups[0] = (uint32_t)n; break;
        case 'l': l->group_size[0] = (uint32_t)n; break;
        case 'o': job->out_bytes = n; break;
        case 'd': l->own_data = true; break;
        case 't': job->stats = true; break;
        case 's': l->steps = n; break;
        case 'k': l->stack = (uint32_t)n; break;
        case 'u':
            l->undefined_is_fill = true;
            l->fill = (uint8_t)n;
            break;
        default: break;
        }
    }
    job->lanes =
        (uint64_t)(l->groups[0] ? l->groups[0] : 1) * (l->group_size[0] ? l->group_size[0] : 1);
    return optind + 2 == argc;
}

static void print(const uint8_t *out, uint64_t bytes)
{
    for (uint64_t i = 0; i + 4 <= bytes; i += 4) {
        uint32_t word;
        memcpy(&word, out + i, sizeof word);
        printf("%s%08x", i ? " " : "", word);
    }
    putchar('\n');
}

static int run(const struct spirv_module *m, int kernel, struct job *job)
{
    struct spirv_launch *l = &job->launch;
    const uint64_t outs = l->own_data ? job->lanes : 1, stride = (job->out_bytes + 255) & ~255ull;
    const size_t args = HC_SPIRV_PUSH_SIZE - HC_SPIRV_PUSH_ARGS;
    uint8_t *out = aligned_alloc(256, outs * stride + 256), *arguments = calloc(job->lanes, args);
    struct spirv_lane *lanes = calloc(job->lanes, sizeof *lanes);
    struct spirv_result result;
    if (!out || !arguments || !lanes) abort();
    memset(out, 0, outs * stride);
    for (uint64_t i = 0; i < job->lanes; i++) {
        const uint64_t address = (uintptr_t)out + (l->own_data ? i * stride : 0);
        memcpy(arguments + i * args, &address, sizeof address);
    }
    const struct spirv_range range = {(uintptr_t)out, job->out_bytes, l->own_data ? stride : 0};
    l->args = arguments;
    l->args_size = l->args_stride = args;
    l->ranges = &range;
    l->range_count = 1;
    l->constants = job->constant;
    const enum spirv_status status = spirv_run(m, (uint32_t)kernel, l, &result, lanes);
    if (status != SPIRV_DONE) {
        fprintf(stderr, "spirv-run: %s: ", spirv_kernel_name(m, (uint32_t)kernel));
        if (status != SPIRV_REFUSED) fprintf(stderr, "lane %u: ", result.lane);
        fprintf(stderr, "%s\n", result.message);
    }
    if (job->stats) fprintf(stderr, "%llu steps\n", (unsigned long long)result.steps);
    for (uint64_t i = 0; status != SPIRV_REFUSED && i < outs; i++) {
        if (l->own_data && lanes[i].status != SPIRV_DONE)
            puts("-");
        else
            print(out + i * stride, job->out_bytes);
    }
    free(lanes);
    free(arguments);
    free(out);
    return status == SPIRV_DONE      ? 0
           : status == SPIRV_REFUSED ? USAGE
           : status == SPIRV_STEPS   ? STEP_LIMIT
                                     : FAULT;
}

int main(int argc, char **argv)
{
    struct job job = {.out_bytes = 256};
    struct spirv_module m;
    char message[SPIRV_MESSAGE];
    job.launch.fill = 0xa5;
    if (!read_options(&job, argc, argv)) return usage();
    if (!spirv_load(&m, argv[optind], message)) {
        fprintf(stderr, "spirv-run: %s\n", message);
        return USAGE;
    }
    const int kernel = spirv_find(&m, argv[optind + 1]);
    int code = USAGE;
    if (kernel < 0)
        fprintf(stderr, "spirv-run: %s has no kernel %s\n", argv[optind], argv[optind + 1]);
    else
        code = run(&m, kernel, &job);
    spirv_unload(&m);
    return code;
}
