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
    'libc/stdlib': 'aligned_alloc calloc malign malloc mallocr mlock msize mstats mtrim nano-mallocr putenv'
                   ' putenv_r random realloc setenv setenv_r system valloc',
    'libc/string': '',
    'libc/syscalls': 'sysfcntl',
    'libc/time': '',
    'libc/unix': 'getcwd getlogin getpass getpwent getut pread pwrite sigset'
                 ' ttyname ttyname_r',
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
REPLACED = {'libm/common/s_fma.c': 'math/fma.c', 'libm/common/sf_fma.c': 'math/fmaf.c',
            'libm/common/s_llround.c': 'math/llround.c'}
ADDED = ['math/complex.c', 'math/errors.c', 'math/fenv.c', 'math/strtof.c']
# Compiled by another name (bare_NAME), under which math/errors.c calls them and sets errno; two are the system
# layer's.
BARE = {
    'libc/locale/newlocale.c': 'newlocale', 'libc/stdio/open_memstream.c': 'open_wmemstream',
    'libm/common/nexttoward.c': 'nexttoward', 'libm/common/nexttowardf.c': 'nexttowardf',
    'libm/common/s_ilogb.c': 'ilogb', 'libm/common/sf_ilogb.c': 'ilogbf',
    'libm/common/s_logb.c': 'logb', 'libm/common/sf_logb.c': 'logbf',
    'libm/common/s_nextafter.c': 'nextafter', 'libm/common/sf_nextafter.c': 'nextafterf',
    'libm/common/s_scalbln.c': 'scalbln', 'libm/common/sf_scalbln.c': 'scalblnf',
    'libm/common/s_scalbn.c': 'scalbn', 'libm/common/sf_scalbn.c': 'scalbnf',
    'libm/math/s_cos.c': 'cos', 'libm/math/s_sin.c': 'sin', 'libm/math/s_tan.c': 'tan', 'libm/math/sf_tan.c': 'tanf',
    'libm/math/s_erf.c': 'erfc', 'libm/math/sf_erf.c': 'erfcf',
    'libm/math/w_atanh.c': 'atanh', 'libm/math/wf_atanh.c': 'atanhf',
    'libm/math/w_fmod.c': 'fmod', 'libm/math/wf_fmod.c': 'fmodf',
    'libm/math/w_j0.c': 'y0', 'libm/math/w_j1.c': 'y1', 'libm/math/w_jn.c': 'yn',
    'libm/math/w_lgamma.c': 'lgamma', 'libm/math/wf_lgamma.c': 'lgammaf',
    'libm/math/w_tgamma.c': 'tgamma', 'libm/math/wf_tgamma.c': 'tgammaf',
}

# Edits of the unpacked text: where, what, by what.
ZONE = '{0}->tm_gmtoff = -tz->__tzrule[{0}->tm_isdst == 1].offset;\n  {0}->tm_zone = _tzname[{0}->tm_isdst == 1];\n'
HEX_SCAN = '''if (hex == 2)
\t\t{
\t\t  if (c >= W'0' && c <= W'9')
\t\t    flags &= ~(SIGNOK | NDIGITS);
\t\t  else if ((c == W'+' || c == W'-') && (flags & SIGNOK))
\t\t    flags &= ~SIGNOK;
\t\t  else
\t\t    break;
\t\t  goto fok;
\t\t}
\t      if (hex == 1)
\t\t{
\t\t  if ((c >= W'0' && c <= W'9') || (c >= W'a' && c <= W'f') || (c >= W'A' && c <= W'F'))
\t\t    {
\t\t      flags &= ~NDIGITS;
\t\t      hex_digits = 1;
\t\t    }
\t\t  else if (c == W'.' && (flags & DPTOK))
\t\t    flags &= ~DPTOK;
\t\t  else if ((c == W'p' || c == W'P') && hex_digits)
\t\t    {
\t\t      flags = (flags & ~(EXPOK | DPTOK)) | SIGNOK | NDIGITS;
\t\t      hex = 2;
\t\t    }
\t\t  else
\t\t    break;
\t\t  goto fok;
\t\t}
\t      if ((c == W'x' || c == W'X') && zeroes == 1
\t\t  && (flags & (NDIGITS | DPTOK | EXPOK)) == (NDIGITS | DPTOK | EXPOK))
\t\t{
\t\t  *p++ = W'0';
\t\t  zeroes = 0;
\t\t  hex = 1;
\t\t  flags &= ~SIGNOK;
\t\t  goto fok;
\t\t}
\t      '''
PERMUTED = '''\t  if (ordering == PERMUTE && data->optwhere == 1 && data->num_nonopts != 0)
\t    {
\t      permute (argv + data->permute_from, data->num_nonopts, 1);
\t      data->optind = data->permute_from + 1;
\t    }
'''
COPY = 'va_list given)\n{\n\tva_list ap;\n\tva_copy(ap, given);\n'
EDITS = [
    # struct tm has tm_gmtoff and tm_zone here: room for them in struct _reent, and somebody who sets them
    ('libc/include/sys/reent.h', 'int   __tm_isdst;',
     'int   __tm_isdst;\n  long  __tm_gmtoff;\n  const char *__tm_zone;'),
    ('libc/time/gmtime_r.c',
     'res->tm_isdst = 0;', 'res->tm_isdst = 0;\n  res->tm_gmtoff = 0;\n  res->tm_zone = "GMT";'),
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
    # an unknown long option is one option, not many short ones
    ('libc/stdlib/getopt.c', 'cp = strchr (shortopts, argv[data->optind][data->optwhere]);',
     "cp = longopts && argv[data->optind][1] == '-' ? 0\n"
     "\t   : strchr (shortopts, argv[data->optind][data->optwhere]);"),
    # each thread has the locale that it chose with uselocale()
    ('libc/locale/setlocale.h', '#ifdef __HAVE_LOCALE_INFO__\n  return r->_locale;', '#if 1\n  return r->_locale;'),
    ('libc/locale/setlocale.h',
     '#ifdef __HAVE_LOCALE_INFO__\n  return _REENT->_locale', '#if 1\n  return _REENT->_locale'),
    # nothing runs with somebody else's rights
    ('libc/posix/glob.c', 'issetugid()', '0'),
    ('libc/posix/glob.c', 'getlogin()', 'NULL'),
    # POSIX's glob: backslashes count unless said otherwise, and there is an answer for no match
    ('libc/include/glob.h', '#define\tGLOB_ABEND', '#define\tGLOB_NOESCAPE\t0x2000\n#define\tGLOB_NOMATCH\t(-3)\n'
     '#define\tGLOB_ABORTED\tGLOB_ABEND\n#define\tGLOB_ABEND'),
    ('libc/posix/glob.c', 'if (flags & GLOB_QUOTE) {', 'if (!(flags & GLOB_NOESCAPE)) {'),
    ('libc/posix/glob.c', '\telse if (!(pglob->gl_flags & GLOB_NOSORT))',
     '\tif (pglob->gl_pathc == oldpathc) return GLOB_NOMATCH;\n\tif (!(pglob->gl_flags & GLOB_NOSORT))'),
    # wider than 16 bits
    ('libc/include/sys/_types.h', 'typedef\tunsigned short\t__nlink_t;', 'typedef\t__uint64_t\t__nlink_t;'),
    ('libc/include/sys/_default_fcntl.h', 'short\tl_pid;', 'int\tl_pid;'),
    # handlers with three arguments
    ('libc/include/sys/signal.h', 'struct sigaction \n{\n\t_sig_func_ptr sa_handler;',
     'struct sigaction\n{\n\tunion {\n\t\t_sig_func_ptr sa_handler;\n#if __POSIX_VISIBLE >= 199309\n'
     '\t\tvoid (*sa_sigaction)(int, siginfo_t *, void *);\n#endif\n\t};'),
    # "0x" before what is no hexadecimal digit: the number is the 0
    *[(f'libc/stdlib/{name}.c', f"(*s == {wide}'x' || *s == {wide}'X')) {{",
       f"(*s == {wide}'x' || *s == {wide}'X') && {is_digit}(s[1], loc)) {{")
      for wide, is_digit, names in [('', 'isxdigit_l', 'strtoimax strtol strtoll strtoul strtoull strtoumax'),
                                    ('L', 'iswxdigit_l', 'wcstoimax wcstol wcstoll wcstoul wcstoull wcstoumax')]
      for name in names.split()],
    # "a+" reads from the beginning, as elsewhere
    ('libc/stdio/fopen.c', 'if (fp->_flags & __SAPP)', 'if ((fp->_flags & (__SAPP | __SRW)) == __SAPP)'),
    # scanf reads hexadecimal floating-point numbers
    *[(f'libc/stdio/{name}.c', old, new) for name, wide in [('vfscanf', ''), ('vfwscanf', 'L')] for old, new in [
        ('long zeroes, exp_adjust;', 'long zeroes, exp_adjust;\n\t  int hex = 0, hex_digits = 0;'),
        (f"switch (c)\n\t\t{{\n\t\tcase {wide}'0':\n\t\t  if (flags & NDIGITS)",
         HEX_SCAN.replace("W'", f"{wide}'") +
         f"switch (c)\n\t\t{{\n\t\tcase {wide}'0':\n\t\t  if (flags & NDIGITS)"),
        (f"if (c != {wide}'e' && c != {wide}'E')",
         f"if (c != {wide}'e' && c != {wide}'E' && c != {wide}'p' && c != {wide}'P')")]],
    # optopt is the option that is wrong, and getopt answers what is wrong with it
    ('libc/stdlib/getopt.c', "\t  data->optwhere++;\n\t  if (argv[data->optind][data->optwhere] == '\\0')\n\t    {",
     "\t  data->optopt = argv[data->optind][data->optwhere++];\n"
     "\t  if ((longopts && argv[data->optind][1] == '-') || argv[data->optind][data->optwhere] == '\\0')\n\t    {"),
    ('libc/stdlib/getopt.c', "\t      data->optwhere = 1;\n\t    }\n\t  return (data->optopt = '?');",
     f"\t      data->optwhere = 1;\n\t    }}\n{PERMUTED}\t  return '?';"),
    ('libc/stdlib/getopt.c', "\t  data->optind++;\n\t  return initial_colon ? ':' : '\\?';",
     f"\t  data->optind++;\n\t  data->optwhere = 1;\n{PERMUTED}\t  return initial_colon ? ':' : '\\?';"),
    # strtof rounds once (math/strtof.c), by what newlib has for long double
    ('libc/stdlib/strtodg.c', '#if defined (_HAVE_LONG_DOUBLE) && !defined (_LDBL_EQ_DBL)', '#if 1'),
    ('libc/stdlib/strtod.c', 'strtof_l (', '__attribute__((unused)) static strtof_l_twice ('),
    ('libc/stdlib/wcstod.c', 'wcstof_l (const', '__attribute__((unused)) static wcstof_l_twice (const'),
    ('libc/stdlib/wcstod.c', 'wcstof (const', '__attribute__((unused)) static wcstof_twice (const'),
    ('libc/stdlib/strtod.c', 'strtof (const', '__attribute__((unused)) static strtof_twice (const'),
    ('libc/include/ndbm.h', '__BEGIN_DECLS', '#include <sys/cdefs.h>\n__BEGIN_DECLS'),
]

# Headers of newlib with nothing behind them here; tgmath.h is clang's, which takes volatile arguments, too.
HEADERLESS = ['iconv.h', 'regdef.h', 'rpc/types.h', 'rpc/xdr.h', 'sys/custom_file.h', 'sys/iconvnls.h',
              'tgmath.h', 'threads.h', 'utmp.h', 'wordexp.h']

FLAGS = ['-emit-llvm', '-c', '-w', '-fno-strict-aliasing', '-D_LIBC', '-D_COMPILING_NEWLIB', '-D_POSIX_MODE',
         '-DHAVE_FCNTL', '-DHAVE_BLKSIZE', '-DHAVE_MKDIR', '-DHAVE_NANOSLEEP', '-DHAVE_RENAME', '-DHAVE_OPENDIR',
         '-DMALLOC_PROVIDED']
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
            if name in BARE:
                flags += [f'-D{BARE[name]}=bare_{BARE[name]}']
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
