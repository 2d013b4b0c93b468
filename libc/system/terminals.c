// Terminals and requests of descriptors: what can be told without the terminal itself, whose settings stay the host's.
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "libc/system/names.h"

// -1: EBADF or ENOTTY for what is no terminal, ENOSYS for one.
static int terminal_fails(int fd) { return isatty(fd) ? (int)hc_result(-HC_ENOSYS) : -1; }

int tcgetattr(int fd, struct termios *attributes)
{
    (void)attributes;
    return terminal_fails(fd);
}

int tcsetattr(int fd, int when, const struct termios *attributes)
{
    (void)attributes;
    if (when < TCSANOW || when > TCSAFLUSH) return (int)hc_result(-HC_EINVAL);
    return terminal_fails(fd);
}

int tcdrain(int fd) { return terminal_fails(fd); }
int tcflow(int fd, int action)
{
    (void)action;
    return terminal_fails(fd);
}
int tcflush(int fd, int queue)
{
    (void)queue;
    return terminal_fails(fd);
}
int tcsendbreak(int fd, int duration)
{
    (void)duration;
    return terminal_fails(fd);
}
pid_t tcgetsid(int fd) { return terminal_fails(fd); }
pid_t tcgetpgrp(int fd) { return terminal_fails(fd); }

int ttyname_r(int fd, char *to, size_t room)
{
    (void)to, (void)room;
    terminal_fails(fd);
    return errno;
}

char *ttyname(int fd)
{
    terminal_fails(fd);
    return NULL;
}

char *ctermid(char *to)
{
    static char name[L_ctermid];
    return strcpy(to ? to : name, "/dev/tty");
}

// ------------------------------------------------------------------------------------------- speeds

speed_t cfgetispeed(const struct termios *attributes) { return attributes->c_ispeed; }
speed_t cfgetospeed(const struct termios *attributes) { return attributes->c_ospeed; }

// Linux's: 0 to B38400 in a row, the faster ones from B57600 on.
static int is_speed(speed_t speed)
{
    return speed <= B38400 || (speed > 010000 && speed <= 010017);
}

int cfsetispeed(struct termios *attributes, speed_t speed)
{
    if (!is_speed(speed)) return (int)hc_result(-HC_EINVAL);
    attributes->c_ispeed = speed;
    return 0;
}

int cfsetospeed(struct termios *attributes, speed_t speed)
{
    if (!is_speed(speed)) return (int)hc_result(-HC_EINVAL);
    attributes->c_ospeed = speed;
    return 0;
}

void cfmakeraw(struct termios *attributes)
{
    attributes->c_iflag &=
        ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    attributes->c_oflag &= ~(tcflag_t)OPOST;
    attributes->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    attributes->c_cflag = (attributes->c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
    attributes->c_cc[VMIN] = 1;
    attributes->c_cc[VTIME] = 0;
}

// ---------------------------------------------------------------------------------------- requests

// Bytes that a file still has; nobody tells how many a pipe holds.
static int left_tell(int fd, int *to)
{
    struct stat s;
    if (fstat(fd, &s)) return -1;
    const off_t at = S_ISREG(s.st_mode) ? lseek(fd, 0, SEEK_CUR) : -1;
    if (at < 0) return (int)hc_result(-HC_ENOSYS);
    *to = (int)(s.st_size - at);
    return 0;
}

static int waiting_set(int fd, int is_off)
{
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return -1;
    return fcntl(fd, F_SETFL, is_off ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    switch (request) {
    case FIONREAD: return left_tell(fd, argument);
    case FIONBIO: return waiting_set(fd, *(int *)argument);
    default: return terminal_fails(fd);
    }
}
