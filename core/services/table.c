// The table of services: which runs for which operation, and how.
#include <errno.h>

#include "core/services/files.h"
#include "core/services/io.h"
#include "core/services/output.h"
#include "core/services/place.h"
#include "core/services/process.h"
#include "core/services/services.h"

// An operation that may block goes to a worker; `blocks` decides it per call where it depends.
const struct hc_service hc_services[HC_OP_COUNT] = {
    [HC_OP_NULL] = {"nop", 0, false, hc_service_null, NULL},
    [HC_OP_WRITE] = {"write", 1, true, hc_service_write, hc_fd_blocks},
    [HC_OP_READ] = {"read", 2, false, hc_service_read, hc_fd_blocks},
    [HC_OP_PWRITE] = {"pwrite", 2, true, hc_service_pwrite, hc_fd_blocks},
    [HC_OP_PREAD] = {"pread", 3, false, hc_service_pread, hc_fd_blocks},
    [HC_OP_OPEN] = {"open", 3, false, hc_service_open, hc_always_blocks},
    [HC_OP_CLOSE] = {"close", 1, false, hc_service_close, hc_fd_blocks},
    [HC_OP_LSEEK] = {"lseek", 3, false, hc_service_lseek, hc_fd_blocks},
    [HC_OP_FSYNC] = {"fsync", 1, false, hc_service_fsync, hc_always_blocks},
    [HC_OP_UNLINK] = {"unlink", 1, false, hc_service_unlink, hc_always_blocks},
    [HC_OP_READ_LINE] = {"read_line", 2, false, hc_service_read_line, hc_fd_blocks},
    [HC_OP_CLOCK] = {"clock_gettime", 1, false, hc_service_clock, NULL},
    [HC_OP_GETENV] = {"getenv", 2, false, hc_service_getenv, NULL},
    [HC_OP_EXIT] = {"exit", 1, false, hc_service_exit, NULL},
    [HC_OP_ABORT] = {"abort", 0, false, hc_service_abort, NULL},
    [HC_OP_PRINT] = {"printf", 2, false, hc_service_print, hc_fd_blocks},
    [HC_OP_LINE] = {"printf", 1, true, hc_service_line, hc_fd_blocks},
    [HC_OP_PUTS] = {"puts", 2, false, hc_service_puts, hc_fd_blocks},
    [HC_OP_FLUSH] = {"fflush", 1, false, hc_service_flush, hc_fd_blocks},
    [HC_OP_CALL] = {"call", 1, false, hc_service_call, hc_call_blocks},
    [HC_OP_STAT] = {"stat", 2, false, hc_service_stat, hc_always_blocks},
    [HC_OP_FSTAT] = {"fstat", 1, false, hc_service_fstat, hc_fd_blocks},
    [HC_OP_ACCESS] = {"access", 2, false, hc_service_access, hc_always_blocks},
    [HC_OP_MKDIR] = {"mkdir", 2, false, hc_service_mkdir, hc_always_blocks},
    [HC_OP_RMDIR] = {"rmdir", 1, false, hc_service_rmdir, hc_always_blocks},
    [HC_OP_CHDIR] = {"chdir", 1, false, hc_service_chdir, hc_always_blocks},
    [HC_OP_GETCWD] = {"getcwd", 1, false, hc_service_getcwd, hc_always_blocks},
    [HC_OP_RENAME] = {"rename", 1, false, hc_service_rename, hc_always_blocks},
    [HC_OP_LINK] = {"link", 1, false, hc_service_link, hc_always_blocks},
    [HC_OP_SYMLINK] = {"symlink", 1, false, hc_service_symlink, hc_always_blocks},
    [HC_OP_READLINK] = {"readlink", 2, false, hc_service_readlink, hc_always_blocks},
    [HC_OP_CHMOD] = {"chmod", 2, false, hc_service_chmod, hc_always_blocks},
    [HC_OP_FCHMOD] = {"fchmod", 2, false, hc_service_fchmod, hc_fd_blocks},
    [HC_OP_TRUNCATE] = {"truncate", 2, false, hc_service_truncate, hc_always_blocks},
    [HC_OP_FTRUNCATE] = {"ftruncate", 2, false, hc_service_ftruncate, hc_fd_blocks},
    [HC_OP_DUP] = {"dup", 3, false, hc_service_dup, hc_dup_blocks},
    [HC_OP_PIPE] = {"pipe", 1, false, hc_service_pipe, NULL},
    [HC_OP_FCNTL] = {"fcntl", 3, false, hc_service_fcntl, hc_fcntl_blocks},
    [HC_OP_ISATTY] = {"isatty", 1, false, hc_service_isatty, NULL},
    [HC_OP_POLL] = {"poll", 2, false, hc_service_poll, hc_poll_blocks},
    [HC_OP_READDIR] = {"readdir", 2, false, hc_service_readdir, hc_always_blocks},
    [HC_OP_REWINDDIR] = {"rewinddir", 1, false, hc_service_rewinddir, hc_fd_blocks},
    [HC_OP_RANDOM] = {"getrandom", 1, false, hc_service_random, NULL},
    [HC_OP_UTIMENS] = {"utimensat", 6, false, hc_service_utimens, hc_always_blocks},
    [HC_OP_UMASK] = {"umask", 1, false, hc_service_umask, NULL},
    [HC_OP_GETID] = {"getpid", 1, false, hc_service_getid, NULL},
    [HC_OP_TIMES] = {"times", 0, false, hc_service_times, NULL},
    [HC_OP_SYSTEM] = {"system", 0, false, hc_service_system, hc_always_blocks},
    [HC_OP_SPAWN] = {"popen", 1, false, hc_service_spawn, hc_always_blocks},
    [HC_OP_WAIT] = {"waitpid", 2, false, hc_service_wait, hc_wait_blocks},
    [HC_OP_KILL] = {"kill", 2, false, hc_service_kill, NULL},
};

// The wire has Linux's numbers; another host adds its translation here.
_Static_assert(HC_ENOSYS == ENOSYS && HC_ESHUTDOWN == ESHUTDOWN &&
                   HC_ENAMETOOLONG == ENAMETOOLONG && HC_EAGAIN == EAGAIN && HC_ELOOP == ELOOP &&
                   HC_EDQUOT == EDQUOT,
               "errno values of this host differ from the wire's: translate them in hc_errno()");
int64_t hc_errno(int host_errno) { return -(int64_t)host_errno; }
