// Calls over the bridge, and errno.
#include <errno.h>
#include <string.h>

#include "libc/system/system.h"

// Where newlib's numbers are others than Linux's.  Up to 34 they are the same.
static const unsigned char numbers[][2] = {
    {35, EDEADLK},          {36, ENAMETOOLONG},  {37, ENOLCK},
    {38, ENOSYS},           {39, ENOTEMPTY},     {40, ELOOP},
    {42, ENOMSG},           {43, EIDRM},         {60, ENOSTR},
    {61, ENODATA},          {62, ETIME},         {67, ENOLINK},
    {71, EPROTO},           {74, EBADMSG},       {75, EOVERFLOW},
    {84, EILSEQ},           {88, ENOTSOCK},      {89, EDESTADDRREQ},
    {90, EMSGSIZE},         {91, EPROTOTYPE},    {92, ENOPROTOOPT},
    {93, EPROTONOSUPPORT},  {95, EOPNOTSUPP},    {97, EAFNOSUPPORT},
    {98, EADDRINUSE},       {99, EADDRNOTAVAIL}, {100, ENETDOWN},
    {101, ENETUNREACH},     {103, ECONNABORTED}, {104, ECONNRESET},
    {105, ENOBUFS},         {106, EISCONN},      {107, ENOTCONN},
    {110, ETIMEDOUT},       {111, ECONNREFUSED}, {113, EHOSTUNREACH},
    {114, EALREADY},        {115, EINPROGRESS},  {116, ESTALE},
    {122, EDQUOT},          {125, ECANCELED},    {130, EOWNERDEAD},
    {131, ENOTRECOVERABLE},
};

int hc_errno(int number)
{
    if (number <= 34) return number;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i][0] == number) return numbers[i][1];
    return EIO;  // a server that is gone (HC_ESHUTDOWN), and what newlib has no name for
}

long hc_result(int64_t result)
{
    if (result >= 0) return (long)result;
    errno = hc_errno((int)-result);
    return -1;
}

struct hc_bridge_call hc_call_make(uint32_t op, uint32_t args, int64_t a, int64_t b, int64_t c)
{
    struct hc_bridge_call x;
    memset(&x, 0, sizeof x);
    x.op = op;
    x.args = args;
    x.arg[0] = (uint64_t)a;
    x.arg[1] = (uint64_t)b;
    x.arg[2] = (uint64_t)c;
    return x;
}

int64_t hc_ask(uint32_t op, uint32_t args, int64_t a, int64_t b, int64_t c)
{
    struct hc_bridge_call x = hc_call_make(op, args, a, b, c);
    return hc_bridge_call(&x);
}

// 0, or what is wrong with a path that the wire could not even carry.
static int path_send(struct hc_bridge_call *x, const char *path)
{
    const size_t size = strlen(path);
    if (size > HC_EXTENT_BYTES) return -HC_ENAMETOOLONG;
    x->arg[x->args++] = 0;
    x->send = path;
    x->send_size = (uint32_t)size;
    return 0;
}

int64_t hc_ask_path(uint32_t op, const char *path, uint32_t args, int64_t a, int64_t b)
{
    struct hc_bridge_call x = hc_call_make(op, args, a, b, 0);
    const int wrong = path_send(&x, path);
    return wrong ? wrong : hc_bridge_call(&x);
}

int64_t hc_ask_paths(uint32_t op, const char *first, const char *second)
{
    char both[2 * 4096];
    const size_t a = strlen(first), b = strlen(second);
    if (a >= sizeof both / 2 || b >= sizeof both / 2) return -HC_ENAMETOOLONG;
    memcpy(both, first, a);
    memcpy(both + a, second, b);
    struct hc_bridge_call x = hc_call_make(op, 1, (int64_t)a, 0, 0);
    x.send = both;
    x.send_size = (uint32_t)(a + b);
    return hc_bridge_call(&x);
}

int64_t hc_fetch(uint32_t op, const char *path, uint32_t args, int64_t a, int64_t b, void *to,
                 size_t room, size_t *received)
{
    struct hc_bridge_call x = hc_call_make(op, args, a, b, 0);
    const int wrong = path ? path_send(&x, path) : 0;
    if (wrong) return wrong;
    x.receive = to;
    x.room = room < HC_EXTENT_BYTES ? (uint32_t)room : HC_EXTENT_BYTES;
    const int64_t result = hc_bridge_call(&x);
    if (received) *received = x.received;
    return result;
}
