// The table of services: which runs for which operation, and how.
#include <errno.h>

#include "core/services/io.h"
#include "core/services/output.h"
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
    [HC_OP_PUTS] = {"puts", 2, false, hc_service_puts, hc_fd_blocks},
    [HC_OP_FLUSH] = {"fflush", 1, false, hc_service_flush, hc_fd_blocks},
    [HC_OP_CALL] = {"call", 1, false, hc_service_call, hc_call_blocks},
};

// The wire has Linux's numbers; another host adds its translation here.
_Static_assert(HC_ENOSYS == ENOSYS && HC_ESHUTDOWN == ESHUTDOWN &&
                   HC_ENAMETOOLONG == ENAMETOOLONG && HC_EAGAIN == EAGAIN,
               "errno values of this host differ from the wire's: translate them in hc_errno()");
int64_t hc_errno(int host_errno) { return -(int64_t)host_errno; }
