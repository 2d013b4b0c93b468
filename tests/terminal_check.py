#!/usr/bin/env python3
"""terminal_check.py HOSTCALL_CC HOST_CC PROGRAM.c

Sits at a pseudo-terminal before PROGRAM, once as the host's compiler builds it and once as hostcall-cc does: what
comes when, what a terminal's keys do, and what is left of the terminal must be the same.  TAP.
"""
import errno
import fcntl
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

hostcall_cc, host_cc, source = sys.argv[1:]
WAIT = 30  # seconds for what must come
BRIEF = 0.3  # seconds for what must not
CTRL_C, CTRL_D, CTRL_BACKSLASH = '\x03', '\x04', '\x1c'


class Terminal:
    """A process whose controlling terminal is ours; its descriptors are the terminal unless `fds` has others."""

    def __init__(self, *argv, fds=None, echo=True):
        self.seen = ''  # all that came, and what of it was not asked for yet
        self.rest = ''
        self.master, slave = os.openpty()
        if not echo:  # where what was typed would stand somewhere among what comes
            modes = termios.tcgetattr(slave)
            modes[3] &= ~termios.ECHO
            termios.tcsetattr(slave, termios.TCSANOW, modes)
        self.pid = os.fork()
        if not self.pid:
            try:
                os.setsid()
                fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
                for to, fd in {0: slave, 1: slave, 2: slave, **(fds or {})}.items():
                    os.dup2(fd, to)
                os.closerange(3, 100)
                os.execv(argv[0], argv)
            finally:
                os._exit(126)
        os.close(slave)

    def __enter__(self):
        return self

    def __exit__(self, *why):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self.hang_up()

    def hang_up(self):
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def more(self, seconds):
        """Whether something came, or the other side is gone (None)."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            text = os.read(self.master, 65536).decode()
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            text = ''
        self.seen += text
        self.rest += text
        return True if text else None

    def expect(self, text):
        """Waits until it has come."""
        end = time.monotonic() + WAIT
        while text not in self.rest:
            if time.monotonic() > end or self.more(end - time.monotonic()) is None:
                raise AssertionError('waited for {!r}; came: {!r}'.format(text, self.seen))
        self.rest = self.rest[self.rest.index(text) + len(text):]

    def expect_nothing(self):
        same('what comes uncalled', (bool(self.more(BRIEF)), self.rest), (False, ''))

    def type(self, text):
        rest = text.encode()
        while rest:
            rest = rest[os.write(self.master, rest):]

    def ends(self):
        """Its status, as shells have it; everything that it wrote has come then."""
        end = time.monotonic() + WAIT
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                break
            if self.master < 0 or self.more(0.05) is None:
                time.sleep(0.05)
            if time.monotonic() > end:
                raise AssertionError('waited for its end; came: {!r}'.format(self.seen))
        self.pid = 0
        while self.master >= 0 and self.more(0.05):
            pass
        return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


class Gate:
    """A file whose reader waits until it is opened."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp()
        self.path = os.path.join(self.folder, 'gate')
        os.mkfifo(self.path)
        self.end = os.open(self.path, os.O_RDWR)
        return self

    def __exit__(self, *why):
        os.close(self.end)
        shutil.rmtree(self.folder)

    def open(self):
        os.write(self.end, b'.')


def same(what, got, wanted):
    if got != wanted:
        raise AssertionError('{}: {!r}, not {!r}'.format(what, got, wanted))


# ---------------------------------------------------------------------------------------- conversations
# Each has one with a build of the program, and returns what must be the same for both.


def a_line_is_answered_only_after_the_next_one(program):
    """Input that is read until a buffer is full, or a prompt that stays in one: the two wait for each other."""
    with Terminal(program, 'ask', echo=False) as t:
        t.expect('name? ')
        t.type('Ada\n')
        t.expect('hello Ada\r\nage? ')
        t.type('36\n')
        t.expect('1: in a year 37\r\nlines, please: ')
        for line in ('one', 'another line', '', 'x' * 1022, 'y' * 1023, 'z' * 4000):  # blocks of terminals have 1024 bytes
            t.type(line + '\n')
            t.expect('{} bytes: {}\r\n'.format(len(line) + 1, line))
        t.type('two\nat once\n')
        t.expect('4 bytes: two\r\n')
        t.expect('8 bytes: at once\r\n')
        t.type('no newline' + CTRL_D)  # hands over what was typed; the next one says that nothing follows
        t.expect_nothing()
        t.type(CTRL_D)
        t.expect('10 bytes: no newline\r\n')
        t.expect('end 1 error 0, still -1\r\nagain? ')
        t.type('yes\n')
        t.expect('4 bytes, end 0\r\nagain? ')
        t.type(CTRL_D)
        t.expect('-1 bytes, end 1\r\n')
        return t.ends(), t.seen


def a_line_of_output_stays_in_a_buffer(program):
    """On a terminal a line comes when it ends, and what is no line yet does not."""
    with Gate() as gate, Terminal(program, 'held', gate.path) as t:
        t.expect('a line\r\n')
        t.expect('[printed]\r\n')
        t.expect_nothing()
        gate.open()
        t.expect('and a part of one\r\n')
        return t.ends(), t.seen


def lines_to_a_pipe_come_one_by_one(program):
    """A call for each line, where a buffer is wanted: stdin being a terminal says nothing about stdout."""
    out, its_out = os.pipe()
    with Gate() as gate, os.fdopen(out) as file, Terminal(program, 'held', gate.path, fds={1: its_out}) as t:
        os.close(its_out)
        t.expect('[printed]\r\n')
        same('whether the pipe has something', bool(select.select([out], [], [], BRIEF)[0]), False)
        gate.open()
        return t.ends(), t.seen, file.read()


def stderr_overtakes_lines_of_stdout(program):
    with Terminal(program, 'mixed') as t:
        return t.ends(), t.seen


def a_terminal_is_taken_for_a_file_or_the_reverse(program):
    """Of each standard stream alone, among others that are something else."""
    found = []
    for there in (), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2):
        with tempfile.TemporaryFile() as file, tempfile.NamedTemporaryFile('r') as answers:
            null = os.open('/dev/null', os.O_RDWR)
            pipe = os.pipe()
            others = [null, pipe[1], file.fileno()]
            fds = {fd: others[fd] for fd in range(3) if fd not in there}
            with Terminal(program, 'tells', answers.name, fds=fds) as t:
                found.append((there, t.ends(), answers.read()))
            for fd in (null, *pipe):
                os.close(fd)
    return found


def what_was_a_terminal_is_one_for_ever(program):
    """An answer that is kept although dup2(), close() or open() put something else behind the descriptor."""
    with tempfile.NamedTemporaryFile('r') as answers, Terminal(program, 'changes', answers.name) as t:
        return t.ends(), t.seen, answers.read()


def a_terminal_is_asked_each_time_what_it_is(program):
    """By isatty() and by stdio, which chooses a buffer."""
    calls = []
    for times in '1', '101':
        with Terminal('/usr/bin/env', 'HOSTCALL_STATS=1', program, 'again', times) as t:
            same('its status', t.ends(), 7)
            calls.append(re.findall('hostcall: (\\d+) calls', t.seen))
    same('calls for 101 times', calls[1], calls[0])
    same('counts', len(calls[0]), 1 if Path(program).name == 'device' else 0)


def an_answer_of_before_is_kept_after_a_change(program):
    """As one thread asks what another one changes."""
    with Terminal(program, 'races') as t:
        t.expect('0 wrong answers\r\n')
        return t.ends()


def the_key(program, key, status, *whats):
    """In a shell's foreground, where the key goes to the program; then the shell goes on with the same terminal."""
    found = []
    for what in whats:
        script = 'trap : INT QUIT; "$0" "$1"; echo "status $?"; read -r line; echo "read $line"'
        with Terminal('/bin/sh', '-c', script, program, what) as t:
            t.expect('begins\r\n')
            t.type(key)
            t.expect('status {}\r\n'.format(status))
            modes = termios.tcgetattr(t.master)[3]
            wanted = termios.ECHO | termios.ICANON | termios.ISIG
            same('echo, lines and keys', modes & wanted, wanted)
            t.type('typed\n')
            t.expect('typed\r\nread typed\r\n')  # its echo first
            found.append((what, t.ends()))
    return found


def ctrl_c_leaves_a_program_or_a_broken_terminal(program):
    return the_key(program, CTRL_C, 128 + signal.SIGINT, 'reads', 'sleeps', 'prints', 'computes')


def ctrl_backslash_leaves_a_program_or_a_broken_terminal(program):
    return the_key(program, CTRL_BACKSLASH, 128 + signal.SIGQUIT, 'reads')


def a_terminal_that_is_gone_leaves_a_program(program):
    """One that nobody sees any more, and that nothing ends."""
    found = []
    for what in 'reads', 'sleeps':
        with Terminal(program, what) as t:
            t.expect('begins\r\n')
            t.hang_up()
            found.append((what, t.ends()))
    return found


def main():
    tests = [a_line_is_answered_only_after_the_next_one, a_line_of_output_stays_in_a_buffer,
             lines_to_a_pipe_come_one_by_one, stderr_overtakes_lines_of_stdout,
             a_terminal_is_taken_for_a_file_or_the_reverse, what_was_a_terminal_is_one_for_ever,
             a_terminal_is_asked_each_time_what_it_is, an_answer_of_before_is_kept_after_a_change,
             ctrl_c_leaves_a_program_or_a_broken_terminal, ctrl_backslash_leaves_a_program_or_a_broken_terminal,
             a_terminal_that_is_gone_leaves_a_program]
    failed = 0
    print('1..{}'.format(len(tests)))
    for name in [name for name in os.environ if name.startswith('HOSTCALL_')]:
        del os.environ[name]
    os.environ.update(HOSTCALL_BACKEND='cpu', LC_ALL='C')
    with tempfile.TemporaryDirectory() as folder:
        host, device = str(Path(folder, 'host')), str(Path(folder, 'device'))
        for compiler, out in (host_cc, host), (hostcall_cc, device):
            subprocess.run([compiler, '-O2', '-w', '-D_GNU_SOURCE', source, '-o', out], check=True, timeout=120)
        for count, test in enumerate(tests, 1):
            name = 'terminal::' + test.__name__
            begun = time.monotonic()
            try:
                where = 'host'
                wanted = test(host)
                where = 'device'
                same('what came', test(device), wanted)
                print('ok {} - {}'.format(count, name))
            except AssertionError as error:
                failed += 1
                print('not ok {} - {}'.format(count, name))
                print('# on the {}: '.format(where) + str(error).replace('\n', '\n# '))
            print('# {:.1f} s'.format(time.monotonic() - begun), flush=True)
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
