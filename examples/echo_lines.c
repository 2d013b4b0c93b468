// echo_lines FILE [BACKEND]: one lane a line of the file, 4096 lines at most, prints how long it
// is.
#include <hostcall/hostcall.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "echo_lines.h"

enum { LINES_MAX = 4096, GROUP_SIZE = 128 };

extern const struct hc_image echo_lines_image;

// Offsets of the lines' first bytes.  How many there are, or -1.
static long lines_find(int fd, uint64_t *starts)
{
    struct stat s;
    if (fstat(fd, &s)) return -1;
    if (!s.st_size) return 0;
    const char *text = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (text == MAP_FAILED) return -1;
    long n = 0;
    for (const char *at = text, *end = text + s.st_size; at && at < end && n < LINES_MAX; n++) {
        starts[n] = (uint64_t)(at - text);
        at = memchr(at, '\n', (size_t)(end - at));
        if (at) at++;
    }
    munmap((void *)text, (size_t)s.st_size);
    return n;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: echo_lines FILE [BACKEND]\n");
        return 2;
    }
    const int file = open(argv[1], O_RDONLY);
    if (file < 0) {
        perror(argv[1]);
        return 1;
    }
    hc_dev dev = NULL;
    hc_server server = NULL;
    hc_module module = NULL;
    hc_mem starts = NULL;
    int status = 1, fd = -1;
    long lines = 0;
    int err = hc_dev_open(hc_dev_params(.backend = argc > 2 ? argv[2] : NULL), &dev);
    if (!err) err = hc_server_create(dev, hc_server_params(0), &server);
    if (!err) err = hc_module_create(dev, &echo_lines_image, &module);
    if (!err)
        err =
            hc_mem_create(dev,
                          hc_mem_params(.kind = HC_MEM_SHARED, .size = LINES_MAX * sizeof(uint64_t),
                                        .tag = "line starts"),
                          &starts);
    if (!err) err = hc_server_share(server, file, &fd);
    if (!err && (lines = lines_find(file, starts->host)) < 0) {
        perror(argv[1]);
        err = 1;
    } else if (!err) {
        const struct echo_lines_args args = {starts->addr, fd, (uint32_t)lines};
        err = hc_run(server,
                     hc_run_params(.module = module, .kernel = "echo_lines",
                                   .groups = LINES_MAX / GROUP_SIZE, .group_size = GROUP_SIZE,
                                   .args = &args, .args_size = sizeof args),
                     &status);
    }
    if (err < 0) fprintf(stderr, "echo_lines: %s\n", hc_last_error());
    hc_mem_destroy(&starts);
    hc_module_destroy(&module);
    hc_server_destroy(&server);
    hc_dev_close(&dev);
    close(file);
    return err == HC_ERR_DEVICE ? 77 : err ? 1 : status;
}
