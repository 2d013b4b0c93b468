// Descriptors of kernels.
#include <fcntl.h>
#include <unistd.h>

#include "hc_test.h"
#include "core/handles.h"
#include "hostcall/protocol.h"

static const int stdio[3] = {0, 1, 2};

static int null_open(void) { return open("/dev/null", O_RDWR); }

// A number that was closed must not name what is opened next in its place.
HC_TEST(handles, a_closed_number_is_stale)
{
    struct hc_handles t;
    HC_EQ(hc_handles_init(&t, 8, stdio), 0);
    const int64_t first = hc_handle_add(&t, null_open(), 0);
    HC_EQ(first, 3);
    HC_EQ(hc_handle_close(&t, (uint64_t)first), 0);
    HC_EQ(hc_handle_close(&t, (uint64_t)first), -HC_EBADF);
    const int64_t second = hc_handle_add(&t, null_open(), 0);
    HC_ASSERT(second != first && second > 0);
    HC_ASSERT(!hc_handle_get(&t, (uint64_t)first));
    struct hc_handle *h = hc_handle_get(&t, (uint64_t)second);
    HC_ASSERT(h && h->ready);
    hc_handle_put(&t, h);
    hc_handles_free(&t);
}

// Closing while a call is at work must not close the file under it.
HC_TEST(handles, close_waits_for_users)
{
    struct hc_handles t;
    HC_EQ(hc_handles_init(&t, 8, stdio), 0);
    const int64_t number = hc_handle_add(&t, null_open(), 0);
    struct hc_handle *h = hc_handle_get(&t, (uint64_t)number);
    const int fd = h->fd;
    HC_EQ(hc_handle_close(&t, (uint64_t)number), 0);
    HC_ASSERT(!hc_handle_get(&t, (uint64_t)number));
    HC_ASSERT(fcntl(fd, F_GETFD) >= 0);
    hc_handle_put(&t, h);
    HC_ASSERT(fcntl(fd, F_GETFD) < 0);
    hc_handles_free(&t);
}

HC_TEST(handles, wild_numbers_are_nothing)
{
    struct hc_handles t;
    HC_EQ(hc_handles_init(&t, 8, stdio), 0);
    const uint64_t wild[] = {3,          8,          8191,       8192,       1 << 13 | 1,
                             UINT32_MAX, UINT64_MAX, 1ull << 63, 0x100000001};
    for (unsigned i = 0; i < sizeof wild / sizeof *wild; i++)
        HC_ASSERT_MSG(!hc_handle_get(&t, wild[i]), "number %u", i);
    for (int i = 3; i < 8; i++) HC_EQ(hc_handle_add(&t, null_open(), 0), i);
    const int fd = null_open();
    HC_EQ(hc_handle_add(&t, fd, 0), -HC_EMFILE);
    close(fd);
    hc_handles_free(&t);
}

// Copies share the file; a copy in place of an open number closes only what nothing else holds, and a number that was
// asked for must not come round as a later file's.
HC_TEST(handles, copies_share_the_open_file)
{
    struct hc_handles t;
    HC_EQ(hc_handles_init(&t, 8, stdio), 0);
    const int64_t file = hc_handle_add(&t, null_open(), 0);
    struct hc_handle *h = hc_handle_get(&t, (uint64_t)file);
    const int fd = h->fd;
    hc_handle_put(&t, h);
    HC_EQ(hc_handle_dup(&t, (uint64_t)file, 6, true), 6);
    HC_EQ(hc_handle_dup_to(&t, (uint64_t)file, 1, false), 1);
    HC_EQ(hc_handle_dup_to(&t, (uint64_t)file, (uint64_t)file, false), file);
    HC_EQ(hc_handle_close(&t, (uint64_t)file), 0);
    uint64_t number = 0;
    HC_ASSERT(hc_handle_stdio(&t, 1, &number) == h);
    HC_EQ(number, 1);
    hc_handle_put(&t, h);
    HC_EQ(hc_handle_cloexec(&t, 6, -1), 1);
    HC_EQ(hc_handle_dup_to(&t, 6, 9 << 13 | 3, false), 9 << 13 | 3);
    HC_EQ(hc_handle_close(&t, 9 << 13 | 3), 0);
    HC_EQ(hc_handle_dup(&t, 6, 0, false), 10 << 13 | 3);
    HC_EQ(hc_handle_dup_to(&t, 6, 3, false), -HC_EBUSY);
    HC_EQ(hc_handle_dup_to(&t, 6, 8, false), -HC_EBADF);
    HC_EQ(hc_handle_dup_to(&t, 77, 1, false), -HC_EBADF);
    HC_EQ(hc_handle_dup(&t, 6, 8, false), -HC_EMFILE);
    HC_ASSERT(fcntl(fd, F_GETFD) >= 0);
    HC_EQ(hc_handle_close(&t, 1), 0);
    HC_EQ(hc_handle_close(&t, 6), 0);
    HC_ASSERT(fcntl(fd, F_GETFD) >= 0);
    HC_EQ(hc_handle_close(&t, 10 << 13 | 3), 0);
    HC_ASSERT(fcntl(fd, F_GETFD) < 0);
    HC_ASSERT(!hc_handle_stdio(&t, 1, &number));
    hc_handles_free(&t);
}
