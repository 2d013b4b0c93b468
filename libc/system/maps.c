// mmap without pages: memory of the heap, filled from the file.  Nothing is written back, so shared mappings that
// may be written are refused.
#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc/system/lock.h"
#include "libc/system/names.h"

enum { PAGE = 4096 };

static struct map {
    struct map *next;
    char *address;
    size_t size;
} * maps;
static uint32_t maps_lock;

// 0, or what is wrong with a file that is to be mapped.
static int file_wrong(int fd, int protection, int flags)
{
    struct stat s;
    if (fstat(fd, &s)) return errno;
    if (!S_ISREG(s.st_mode)) return ENODEV;
    return flags & MAP_SHARED && protection & PROT_WRITE ? ENODEV : 0;
}

static bool file_read(int fd, char *to, size_t size, off_t offset)
{
    for (ssize_t n; size; to += n, size -= (size_t)n, offset += n) {
        n = pread(fd, to, size, offset);
        if (n < 0) return false;
        if (!n) break;  // behind the file's end are zeros
    }
    return true;
}

void *mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
    const bool is_file = !(flags & MAP_ANONYMOUS);
    const size_t pages = (size + PAGE - 1) / PAGE * PAGE;
    int wrong = 0;
    if (!size || !(flags & MAP_SHARED) == !(flags & MAP_PRIVATE) || offset % PAGE)
        wrong = EINVAL;
    else if (flags & MAP_FIXED || pages < size)
        wrong = ENOMEM;
    else if (protection & PROT_EXEC)
        wrong = EACCES;
    else if (is_file)
        wrong = file_wrong(fd, protection, flags);
    (void)address;
    struct map *map = wrong ? NULL : malloc(sizeof *map);
    char *memory = map ? memalign(PAGE, pages) : NULL;
    if (memory) {
        memset(memory, 0, pages);
        if (is_file && !file_read(fd, memory, size, offset)) wrong = errno;
    } else if (!wrong) {
        wrong = ENOMEM;
    }
    if (wrong) {
        free(memory);
        free(map);
        errno = wrong;
        return MAP_FAILED;
    }
    hc_lock(&maps_lock);
    *map = (struct map){maps, memory, pages};
    maps = map;
    hc_unlock(&maps_lock);
    return memory;
}

// The memory of a mapping goes when all of it is unmapped at once.
int munmap(void *address, size_t size)
{
    const size_t pages = (size + PAGE - 1) / PAGE * PAGE;
    if (!size || (uintptr_t)address % PAGE) return (int)hc_result(-HC_EINVAL);
    struct map *gone = NULL;
    hc_lock(&maps_lock);
    for (struct map **m = &maps; *m; m = &(*m)->next)
        if ((*m)->address == address && (*m)->size <= pages) {
            gone = *m;
            *m = gone->next;
            break;
        }
    hc_unlock(&maps_lock);
    if (gone) free(gone->address);
    free(gone);
    return 0;
}

static int pages_checked(const void *address)
{
    return (uintptr_t)address % PAGE ? (int)hc_result(-HC_EINVAL) : 0;
}

// A device protects no pages; code is what it can't make.
int mprotect(void *address, size_t size, int protection)
{
    (void)size;
    return protection & PROT_EXEC ? (int)hc_result(-HC_EACCES) : pages_checked(address);
}

int msync(void *address, size_t size, int flags)
{
    (void)size;
    if (flags & MS_ASYNC && flags & MS_SYNC) return (int)hc_result(-HC_EINVAL);
    return pages_checked(address);
}

int madvise(void *address, size_t size, int advice)
{
    (void)size;
    if (advice < MADV_NORMAL || advice > MADV_WILLNEED) return (int)hc_result(-HC_EINVAL);
    return pages_checked(address);
}

int posix_madvise(void *address, size_t size, int advice)
{
    (void)size;
    return advice < MADV_NORMAL || advice > MADV_DONTNEED || (uintptr_t)address % PAGE ? EINVAL : 0;
}

// All memory is there all the time.
int mlock(const void *address, size_t size)
{
    (void)address, (void)size;
    return 0;
}
int munlock(const void *address, size_t size) { return mlock(address, size); }
