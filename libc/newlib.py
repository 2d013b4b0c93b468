#!/usr/bin/env python3
"""Makes libc.a, newlib's libc and libm as bitcode, and the folders of headers that go with it.

newlib.py --newlib TARBALL_OR_TREE --source LIBC_FOLDER --out FOLDER --clang CLANG --ar LLVM_AR

Writes FOLDER/libc.a, FOLDER/libc.a.d (its depfile), FOLDER/sysroot/include (our headers) and FOLDER/sysroot/newlib
(newlib's, searched after ours); FOLDER/newlib holds what was unpacked.  Compiles on all processors; the first error
ends it.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

# Folders of newlib/ whose C files are compiled, and what is left out of them: README.md says why.
FOLDERS = {
    'libc/argz': '',
    'libc/ctype': '',
    'libc/errno': '',
    'libc/locale': '',
    'libc/misc': 'init fini',
    'libc/posix': '_isatty closedir dirfd engine execve isatty opendir popen posix_spawn readdir readdir_r'
                  ' rewinddir seekdir telldir wordexp wordfree',
    'libc/reent': 'fstat64r getreent lseek64r open64r stat64r',
    'libc/search': '',
    'libc/signal': '',
    'libc/ssp': 'stack_protector',
    'libc/stdio': 'nano-svfprintf nano-svfscanf nano-vfprintf nano-vfprintf_float nano-vfprintf_i nano-vfscanf'
                  ' nano-vfscanf_float nano-vfscanf_i',
    'libc/stdlib': 'aligned_alloc calloc malign malloc mallocr mlock msize mstats mtrim nano-mallocr realloc'
                   ' system valloc',
    'libc/string': '',
    'libc/syscalls': 'sysfcntl',
    'libc/time': '',
    'libc/unix': 'getcwd getlogin getpass getut pread pwrite ttyname ttyname_r',
    'libm/common': '',
    'libm/complex': '',
    'libm/math': '',
}
# One file, several objects: newlib's makefiles do the same.
VARIANTS = {
    'libc/stdio/vfprintf.c': {'vfiprintf': 'INTEGER_ONLY', 'svfprintf': 'STRING_ONLY',
                              'svfiprintf': 'INTEGER_ONLY STRING_ONLY'},
    'libc/stdio/vfscanf.c': {'vfiscanf': 'INTEGER_ONLY', 'svfscanf': 'STRING_ONLY',
                             'svfiscanf': 'INTEGER_ONLY STRING_ONLY'},
}
for narrow in list(VARIANTS):
    VARIANTS[narrow.replace('/vf', '/vfw')] = {name.replace('printf', 'wprintf').replace('scanf', 'wscanf'): macros
                                               for name, macros in VARIANTS[narrow].items()}
# Ours instead of newlib's.
REPLACED = {'libm/common/s_fma.c': 'math/fma.c', 'libm/common/sf_fma.c': 'math/fmaf.c'}
ADDED = ['math/complex.c', 'math/fenv.c']

# Edits of the unpacked text: where, what, by what.
ZONE = '{0}->tm_gmtoff = -tz->__tzrule[{0}->tm_isdst == 1].offset;\n  {0}->tm_zone = _tzname[{0}->tm_isdst == 1];\n'
COPY = 'va_list given)\n{\n\tva_list ap;\n\tva_copy(ap, given);\n'
EDITS = [
    # struct tm has tm_gmtoff and tm_zone here: room for them in struct _reent, and somebody who sets them
    ('libc/include/sys/reent.h', 'int   __tm_isdst;',
     'int   __tm_isdst;\n  long  __tm_gmtoff;\n  const char *__tm_zone;'),
    ('libc/time/gmtime_r.c', 'res->tm_isdst = 0;', 'res->tm_isdst = 0;\n  res->tm_gmtoff = 0;\n  res->tm_zone = "GMT";'),
    ('libc/time/lcltime_r.c', '  TZ_UNLOCK;', '  ' + ZONE.format('res') + '  TZ_UNLOCK;'),
    ('libc/time/mktime.c', 'tim_p->tm_isdst = isdst;', 'tim_p->tm_isdst = isdst;\n  ' + ZONE.format('tim_p')),
    # an array cannot be passed on by its address where it is a parameter, and va_list is one
    ('libc/stdio/vfprintf.c', 'va_list ap)\n{\n\tregister char *fmt;', COPY + '\tregister char *fmt;'),
    ('libc/stdio/vfwprintf.c', 'va_list ap)\n{\n\tregister wchar_t *fmt;', COPY + '\tregister wchar_t *fmt;'),
    ('libc/stdio/vfscanf.c', 'va_list ap)\n{\n  register u_char *fmt', COPY + '  register u_char *fmt'),
    ('libc/stdio/vfwscanf.c', 'va_list ap)\n{\n  register wchar_t *fmt', COPY + '  register wchar_t *fmt'),
    # a program may start over with optind = 1, and read it first
    ('libc/stdlib/getopt.c', 'int optind = 0;', 'int optind = 1;'),
    ('libc/stdlib/getopt.c', 'int optwhere = 0;', 'int optwhere = 1;'),
    # before 1970 daylight saving time is off, not unknown
    ('libc/time/lcltime_r.c', 'res->tm_isdst = -1;', 'res->tm_isdst = 0;'),
    # nothing runs with somebody else's rights
    ('libc/posix/glob.c', 'issetugid()', '0'),
    ('libc/posix/glob.c', 'getlogin()', 'NULL'),
    # wider than 16 bits
    ('libc/include/sys/_types.h', 'typedef\tunsigned short\t__nlink_t;', 'typedef\t__uint64_t\t__nlink_t;'),
    ('libc/include/sys/_default_fcntl.h', 'short\tl_pid;', 'int\tl_pid;'),
    # handlers with three arguments
    ('libc/include/sys/signal.h', 'struct sigaction \n{\n\t_sig_func_ptr sa_handler;',
     'struct sigaction\n{\n\tunion {\n\t\t_sig_func_ptr sa_handler;\n#if __POSIX_VISIBLE >= 199309\n'
     '\t\tvoid (*sa_sigaction)(int, siginfo_t *, void *);\n#endif\n\t};'),
    ('libc/include/ndbm.h', '__BEGIN_DECLS', '#include <sys/cdefs.h>\n__BEGIN_DECLS'),
]

# Headers of newlib with nothing behind them here.
HEADERLESS = ['iconv.h', 'regdef.h', 'rpc/types.h', 'rpc/xdr.h', 'sys/custom_file.h', 'sys/iconvnls.h',
              'threads.h', 'utmp.h', 'wordexp.h']

FLAGS = ['-emit-llvm', '-c', '-w', '-fno-strict-aliasing', '-D_LIBC', '-D_COMPILING_NEWLIB', '-DHAVE_FCNTL',
         '-DHAVE_BLKSIZE', '-DHAVE_NANOSLEEP', '-DHAVE_RENAME', '-DHAVE_OPENDIR', '-DMALLOC_PROVIDED']
# Loops that are memset or strlen may not become calls of them; libm may not call itself through an intrinsic.
WITHOUT_BUILTINS = ('libc/string/', 'libm/', 'math/')
# Exactly as many bytes as were asked for, so a word at a time is safe; others would read behind an object's end.
WORDWISE = {'memcmp', 'memcpy', 'memmove', 'mempcpy', 'memset'}


def unpack(newlib, tree):
    """Puts newlib/libc and newlib/libm of a tarball or an unpacked release into tree."""
    shutil.rmtree(tree, ignore_errors=True)
    wanted = re.compile(r'(?:[^/]+/)?newlib/((libc/(?!machine/|sys/|iconv/|xdr/)|libm/(?!machine/|mathfp/|test/))'
                        r'.*\.(?:c|h|t|cat))$')
    if newlib.is_dir():
        root = newlib if (newlib / 'newlib').is_dir() else newlib.parent
        for path in sorted((root / 'newlib').rglob('*.*')):
            match = wanted.match(str(path.relative_to(root)))
            if match:
                target = tree / match[1]
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
    else:
        with tarfile.open(newlib) as archive:
            for member in archive:
                match = wanted.match(member.name)
                if match and member.isfile():
                    target = tree / match[1]
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(archive.extractfile(member).read())
    if not (tree / 'libc/include/stdio.h').is_file():
        sys.exit(f'{newlib}: holds no newlib/libc/include/stdio.h')
    for name, old, new in EDITS:
        text = (tree / name).read_text(encoding='latin-1')
        if text.count(old) == 0:
            sys.exit(f'{name}: "{old}" not found; newlib 3.3.0 is needed')
        (tree / name).write_text(text.replace(old, new), encoding='latin-1')


def headers(source, tree, sysroot):
    """Our headers and newlib's, in a folder each; our files in newlib's tree."""
    shutil.copytree(source / 'math', tree / 'math')
    shutil.rmtree(sysroot, ignore_errors=True)
    shutil.copytree(source / 'include', sysroot / 'include')
    shutil.copytree(tree / 'libc/include', sysroot / 'newlib')
    for name in HEADERLESS:
        (sysroot / 'newlib' / name).unlink()


def jobs(tree, objects):
    """Yields (file, object, flags) of everything that is compiled; paths of files are relative to tree."""
    for folder, left_out in FOLDERS.items():
        for path in sorted((tree / folder).glob('*.c')):
            name = f'{folder}/{path.name}'
            if path.stem in left_out.split():
                continue
            flags = [f'-I{folder}', '-Ilibm/common', '-Ilibc/locale']
            if folder == 'libc/posix':
                flags += ['-D_GNU_SOURCE']
            if name.startswith(WITHOUT_BUILTINS):
                flags += ['-fno-builtin']
            if path.stem not in WORDWISE:
                flags += ['-DPREFER_SIZE_OVER_SPEED']
            prefix = folder.replace('/', '_')
            yield REPLACED.get(name, name), objects / f'{prefix}_{path.stem}.o', flags
            for variant, macros in VARIANTS.get(name, {}).items():
                yield name, objects / f'{prefix}_{variant}.o', flags + [f'-D{macro}' for macro in macros.split()]
    for name in ADDED:
        yield name, objects / (name.replace('/', '_')[:-2] + '.o'), ['-fno-builtin']


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('newlib', 'source', 'out', 'clang', 'ar'):
        parser.add_argument('--' + name, type=Path, required=True)
    parser.add_argument('--keep-going', action='store_true', help='name every file that does not compile')
    options = parser.parse_args()
    out = options.out.resolve()
    source = options.source.resolve()
    tree, objects, sysroot, archive = out / 'newlib', out / 'objects', out / 'sysroot', out / 'libc.a'

    unpack(options.newlib, tree)
    headers(source, tree, sysroot)
    shutil.rmtree(objects, ignore_errors=True)
    objects.mkdir(parents=True)
    command = [options.clang, *(source / 'cflags.txt').read_text().split(), *FLAGS,
               '-isystem', '../sysroot/include', '-isystem', '../sysroot/newlib']

    def compile_one(job):
        path, target, flags = job
        return path, subprocess.run([*command, *flags, path, '-o', target], cwd=tree,
                                    capture_output=True, text=True)

    work = list(jobs(tree, objects))
    failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for future in as_completed([pool.submit(compile_one, job) for job in work]):
            path, result = future.result()
            if result.returncode:
                failed += 1
                sys.stderr.write(f'{path}:\n{result.stderr}')
                if not options.keep_going:
                    pool.shutdown(cancel_futures=True)
                    break
    if failed:
        sys.exit(f'{failed} of {len(work)} files do not compile')
    used = [source / 'cflags.txt', *(source / 'include').rglob('*'), *(source / 'math').rglob('*'),
            source / 'include', source / 'math']
    (out / 'libc.a.d').write_text('libc.a: ' + ' '.join(str(path).replace(' ', '\\ ') for path in used) + '\n')
    archive.unlink(missing_ok=True)
    subprocess.run([options.ar, 'rcsD', archive, *(target for _, target, _ in work)], check=True)


if __name__ == '__main__':
    main()
