#!/usr/bin/env python3
"""Random C programs (csmith) as kernels: what 64 lanes compute must be what the same program computes natively.

    csmith.py --seeds 1-150 --fresh 50          reports in TAP, counts at the end
    csmith.py --seeds 7 --keep DIR              one seed; what fails stays in DIR with a command that repeats it
    csmith.py --file DIR/7-plain.c --lavapipe yes

Each lane starts from other values of the globals (lane 0 from csmith's own), so control flow parts.  A seed also
chooses the variant, csmith's options, and the mode, hc-spirv's.  spirv-val judges the modules; then spirv-run (an
interpreter) and, where asked for, lavapipe run them, each lane with globals of its own (hc-spirv --lane-data).
What is known to fail stands in csmith_known.txt.
"""
import argparse
import collections
import concurrent.futures
import datetime
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CHUNK = 25  # seeds a TAP line

MODERATE = ['--max-funcs', '6', '--max-block-depth', '4', '--max-expr-complexity', '6']
SMALL = ['--max-funcs', '4', '--max-block-depth', '3', '--max-block-size', '3', '--max-expr-complexity', '5']
JUMPS = ('[statement_prob,statement_assign_prob=100,statement_block_prob=0,statement_ifelse_prob=20,'
         'statement_for_prob=32,statement_return_prob=34,statement_continue_prob=39,statement_break_prob=44,'
         'statement_goto_prob=70,statement_arrayop_prob=73]\n')
VARIANTS = {
    'small': SMALL,
    'plain': MODERATE,
    'no-packed': SMALL + ['--no-packed-struct', '--max-funcs', '8'],
    'jumps': SMALL + ['--probability-configuration', 'JUMPS'],
    'no-volatile': MODERATE + ['--no-volatiles', '--no-volatile-pointers', '--no-packed-struct'],
    'float': SMALL + ['--float', '--strict-float'],
    'funcs': ['--max-funcs', '14', '--max-block-depth', '3', '--max-block-size', '3', '--max-expr-complexity', '4'],
    'structs': SMALL + ['--max-struct-fields', '16', '--max-union-fields', '8', '--max-pointer-depth', '4'],
    'builtins': SMALL + ['--builtins'],
    'large': ['--max-funcs', '8'],
}

# hc-spirv's options, in turn: as is; functions shared as states of a loop; for devices with 32-bit access only.
MODES = {'usual': [], 'shared': ['--limit', '200'], 'words': ['--without', 'int8,int16,storage8,storage16']}

# A variable that is a struct or union, with its initial value.
OBJECT = re.compile(r'^( *(?:static )?)((?:const |volatile )*(?:struct|union) \w+) ([gl]_\d+)((?:\[\d+\])*) = (.*?);',
                    re.M)

GLOBAL = re.compile(r'^static (?:volatile )?(u?int(?:8|16|32|64)_t) (g_\d+)((?:\[\d+\])*) = ', re.M)


class Outcome(Exception):
    """How a seed ended: kind, a reason that groups it with others of its kind, what else there is to know."""

    def __init__(self, kind, reason='', detail=''):
        super().__init__(kind)
        self.kind, self.reason, self.detail = kind, reason, detail


GOOD = {'equal', 'skipped', 'undefined', 'known', 'not run'}


def run(command, timeout, env=None, cwd=None):
    """The command's status (None: out of time), its output and its errors, the latter without what is not text."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=env, cwd=cwd, start_new_session=True)
    try:
        out, err = process.communicate(timeout=timeout)
        status = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        out, err = process.communicate()
        status = None
    return status, out.decode(errors='replace'), err.decode(errors='replace')


def diverge(program, seed):
    """csmith's program, its globals changed by lane and its main() renamed."""
    program = re.sub(r'#include "csmith.h"', '#include "csmith_kernel.h"', program)
    program = re.sub(r'#include <(float|math)\.h>\n', '', program)
    program = re.sub(r'int main \(void\)', 'static int csmith_main(void)', program)
    chance = random.Random(seed)
    changes = []
    for type_, name, dimensions in GLOBAL.findall(program):
        if changes and chance.random() < 0.4:
            continue
        element = name + re.sub(r'\d+', '0', dimensions)
        shift = chance.choice((0, 0, 1, 3))
        changes.append('    %s ^= (%s)(csmith_lane() >> %d);\n' % (element, type_, shift))
    return program.replace('    crc32_gentab();\n', '    crc32_gentab();\n' + ''.join(changes))


def displace(program):
    """The program, its structs and unions aligned to no more than they must be.

    csmith takes addresses of packed structs' members, and native compilers tend to align what holds them so well that
    no such address is odd.
    """
    return OBJECT.sub(r'\1struct { char before; \2 v\4; } __attribute__((aligned(16))) at_\3 = {0, \5};\n'
                      r'#define \3 at_\3.v\n', program)


class Harness:
    def __init__(self, options):
        self.options = options
        self.seconds = collections.Counter()  # by step
        self.parted = 0                       # programs whose lanes differ
        self.on_lavapipe = 0
        self.deadline = time.monotonic() + options.budget if options.budget else None
        self.known = []
        with open(os.path.join(HERE, 'csmith_known.txt'), encoding='utf-8') as file:
            for line in file:
                if line.strip() and not line.startswith('#'):
                    self.known.append(line.split(None, 3))

    def mode(self, name):
        """hc-spirv's options for SEED-VARIANT."""
        if self.options.mode:
            return MODES[self.options.mode]
        return list(MODES.values())[int(name.split('-')[0]) // len(VARIANTS) % len(MODES)]

    def step(self, name, command, timeout, env=None, cwd=None):
        begun = time.monotonic()
        result = run(command, timeout, env, cwd)
        self.seconds[name] += time.monotonic() - begun
        return result

    def generate(self, seed, variant, room):
        options = list(VARIANTS[variant])
        if 'JUMPS' in options:
            path = os.path.join(room, 'jumps')
            with open(path, 'w', encoding='utf-8') as file:
                file.write(JUMPS)
            options[options.index('JUMPS')] = path
        status, program, _ = self.step('csmith', [self.options.csmith, '--seed', str(seed), '--concise', '--no-argc',
                                                  '--no-hash-value-printf'] + options, 20, cwd=room)
        if status != 0 or 'return 0' not in program:
            raise Outcome('skipped', 'csmith made nothing')
        return diverge(program, seed)

    def native(self, compiler, source, program, seconds):
        """The lanes' results; raises what the outcome is if there are none."""
        status, _, err = self.step('native', compiler + ['-std=gnu11', '-w', '-ffp-contract=off', '-I', HERE, '-I',
                                                         self.options.csmith_headers, source, '-o', program], 120)
        if status is None:
            raise Outcome('skipped', 'the native compiler took too long')
        if status != 0:
            raise Outcome('skipped', 'the native compiler refused it', err)
        status, out, err = self.step('native', [program, str(self.options.lanes), str(seconds)], seconds + 5)
        if status in (3, None):
            raise Outcome('skipped', 'native takes over %g s' % seconds)
        if status != 0:
            raise Outcome('skipped', 'native dies', err)
        return out.split()

    def undefined(self, source, room, want):
        """Whether compilers or UBSan find the program itself undefined."""
        clang, sanitized = os.path.join(room, 'clang'), os.path.join(room, 'sanitized')
        checks = ['-fsanitize=undefined,float-cast-overflow', '-fno-sanitize-recover=all']
        displaced = os.path.join(room, 'displaced.c')
        with open(source, encoding='utf-8') as file:
            program = displace(file.read())
        with open(displaced, 'w', encoding='utf-8') as file:
            file.write(program)
        try:
            if self.native([self.options.clang, '-O2'], source, clang, 10) != want:
                return True
            self.native([self.options.cc, '-O0'] + checks, source, sanitized, 60)
            self.native([self.options.cc, '-O0'] + checks, displaced, sanitized, 60)
        except Outcome as outcome:
            return outcome.reason == 'native dies'
        return False

    def compare(self, where, want, got):
        """Raises unless they are equal."""
        if got == want:
            return
        if len(got) != len(want):
            raise Outcome('wrong ' + where, 'no %d results' % len(want), '\n'.join(got[:5]))
        lanes = [i for i, pair in enumerate(zip(want, got)) if pair[0] != pair[1]]
        detail = '%d lanes; lane %d: want %s, got %s' % (len(lanes), lanes[0], want[lanes[0]], got[lanes[0]])
        raise Outcome('wrong ' + where, 'results differ', detail)

    def compile(self, source, room):
        """LLVM's bitcode."""
        options = self.options
        bitcode = os.path.join(room, 'x.bc')
        status, _, err = self.step('clang', [
            options.clang, '--target=nvptx64', '-D__HOSTCALL_SPIRV__', '-nostdlib', '-ffreestanding', '-std=gnu11',
            '-w', '-fconvergent-functions', '-ffp-contract=off', '-fno-vectorize', '-fno-slp-vectorize', '-O2',
            '-emit-llvm', '-gline-tables-only', '-I', HERE, '-I', options.root, '-I',
            os.path.join(options.root, 'include'), '-I', options.csmith_headers, '-c', source, '-o', bitcode], 180)
        if status != 0:
            raise Outcome('skipped', 'clang refused it', err)
        return bitcode

    def translate(self, bitcode, room, more):
        """The module file, and the modules in it."""
        module, split = os.path.join(room, 'x.hcm'), os.path.join(room, 'split')
        status, _, err = self.step('hc-spirv', [self.options.hc_spirv, bitcode, '-o', module, '--split', split, *more],
                                   self.options.compiler_seconds)
        if status is None:
            raise Outcome('hc-spirv hangs', 'over %d s' % self.options.compiler_seconds)
        if status == 1:
            reason = re.sub(r'^hc-spirv: ([^ ]*:\d+: )?(in \w+: )?', '', err.strip().split('\n')[-1])
            raise Outcome('refused', re.sub(r'\b(g|l|func|p)_\d+\b', r'\1_N', reason), err)
        if status != 0:
            raise Outcome('hc-spirv crashes', 'status %d' % status, err[-2000:])
        modules = [os.path.join(split, name) for name in sorted(os.listdir(split)) if name.endswith('.spv')]
        if not modules:
            raise Outcome('invalid', 'no modules')
        for spv in modules:
            status, out, err = self.step('spirv-val', [self.options.spirv_val, '--target-env', 'vulkan1.3',
                                                       '--scalar-block-layout', spv], 120)
            if status != 0:
                reason = re.sub(r"'?\d+\S*", 'N', (out + err).strip().split('\n')[0])[:100]
                raise Outcome('invalid', reason, out + err)
        return module, modules

    def interpret(self, module):
        """LLVM computes some values in advance that nobody uses: undefined ones are no fault."""
        options = self.options
        status, out, err = self.step('spirv-run', [options.spirv_run, module, 'csmith', '--own-data', '--group-size',
                                                   str(options.lanes), '--out', str(options.lanes * 8),
                                                   '--undefined-fill', '165'],
                                     options.interpreter_seconds)
        if status in (None, 3):
            raise Outcome('timeout in the interpreter')
        if status != 0:
            reason = re.sub(r'(word |lane |0x)\w+', r'\1N', err.strip().split('\n')[-1])
            raise Outcome('wrong in the interpreter', reason, err)
        results = []
        for lane, line in enumerate(out.strip().split('\n')):  # 32-bit words; a lane's are at its number
            words = line.split()
            results.append(words[2 * lane + 1] + words[2 * lane])
        return results

    def lavapipe(self, module, where):
        options = self.options
        env = dict(os.environ, HOSTCALL_VULKAN_CACHE='0', MESA_SHADER_CACHE_DISABLE='true', LP_NUM_THREADS='1')
        if options.preload:
            env['LD_PRELOAD'] = options.preload
        status, out, err = self.step('lavapipe', [options.launch, module, 'csmith', str(options.lanes)],
                                     options.lavapipe_seconds, env)
        if status is None:
            raise Outcome('timeout ' + where, 'over %d s' % options.lavapipe_seconds)
        if status == 77:
            raise Outcome('equal', 'but not run: ' + err.strip())
        if status != 0:
            raise Outcome('wrong ' + where, 'status %d' % status, err[-2000:])
        return out.split()

    def check(self, name, source, room, lavapipe):
        """Always raises: how the program ended."""
        want = self.native([self.options.cc, '-O1'], source, os.path.join(room, 'native'), self.options.native_seconds)
        try:
            self.check_kernel(source, room, self.mode(name), lavapipe, want)
        except Outcome as outcome:
            if outcome.kind.startswith('wrong') and self.undefined(source, room, want):
                raise Outcome('undefined') from None
            raise

    def check_kernel(self, source, room, mode, lavapipe, want):
        options = self.options
        bitcode = self.compile(source, room)
        module, modules = self.translate(bitcode, room, mode)
        self.parted += len(set(want)) > 1
        if options.spirv_run:
            self.compare('in the interpreter', want, self.interpret(module))
        if lavapipe:
            size = sum(os.path.getsize(spv) for spv in modules)
            if options.lavapipe_size and size > options.lavapipe_size:
                raise Outcome('equal')
            module, modules = self.translate(bitcode, room, mode + ['--lane-data'])
            got = self.lavapipe(module, 'on lavapipe')
            self.on_lavapipe += 1
            self.compare('on lavapipe', want, got)
        raise Outcome('equal')

    def is_known(self, name, outcome):
        seed, variant = name.split('-', 1)
        for row in self.known:
            if row[0] in ('*', seed) and row[1] in ('*', variant) and outcome.kind.startswith(row[2].replace('_', ' ')):
                return True
        return False

    def one(self, name, program, lavapipe):
        """name: SEED-VARIANT.  program: its source, None: csmith makes it."""
        if self.deadline and time.monotonic() > self.deadline:
            return name, Outcome('not run', 'out of time')
        room = tempfile.mkdtemp(prefix='csmith-')
        source = os.path.join(room, name + '.c')
        try:
            if program is None:
                seed, variant = name.split('-', 1)
                program = self.generate(int(seed), variant, room)
            with open(source, 'w', encoding='utf-8') as file:
                file.write(program)
            self.check(name, source, room, lavapipe)
        except Outcome as raised:
            outcome = raised
        if outcome.kind not in GOOD and self.is_known(name, outcome):
            outcome = Outcome('known', outcome.kind)
        if outcome.kind not in GOOD and self.options.keep and program:
            shutil.copy(source, self.options.keep)
        shutil.rmtree(room)
        return name, outcome


def seeds_chosen(options):
    """Chunks: what each is called, and its seeds."""
    chunks = []
    ranges = []
    if options.seeds:
        for part in options.seeds.split(','):
            first, _, last = part.partition('-')
            ranges.append(('seeds', range(int(first), int(last or first) + 1)))
    if options.fresh:
        base = options.fresh_base or int(datetime.date.today().strftime('%Y%m%d')) * 1000
        ranges.append(('fresh seeds', range(base, base + options.fresh)))
    for what, seeds in ranges:
        for at in range(0, len(seeds), CHUNK):
            part = seeds[at:at + CHUNK]
            chunks.append(('%s %d-%d' % (what, part[0], part[-1]), part))
    return chunks


def jobs_of(harness):
    """TAP lines to be: what each is called, and its futures' arguments."""
    options = harness.options
    if options.file:
        lines = []
        for path in options.file:
            with open(path, encoding='utf-8') as file:
                name = os.path.basename(path)[:-2]
                lines.append((path, [(name if '-' in name else '0-' + name, file.read(), options.lavapipe != 'no')]))
        return lines
    variants = options.variant.split(',') if options.variant else list(VARIANTS)
    lines = []
    count = 0
    for what, seeds in seeds_chosen(options):
        row = []
        for seed in seeds:
            every = {'yes': 1, 'no': 0}.get(options.lavapipe)
            every = int(options.lavapipe) if every is None else every
            row.append(('%d-%s' % (seed, variants[seed % len(variants)]), None, bool(every) and count % every == 0))
            count += 1
        lines.append((what, row))
    return lines


def comment(text, indent=''):
    for line in text.rstrip().split('\n'):
        print('# ' + indent + line)


def report(harness, lines, futures):
    """Prints TAP as results come; true if all is well."""
    options = harness.options
    total, reasons, well = collections.Counter(), collections.Counter(), True
    print('TAP version 13\n1..%d' % len(lines))
    for number, (what, row) in enumerate(lines, 1):
        count, failed = collections.Counter(), []
        for future in futures[number - 1]:
            name, outcome = future.result()
            count[outcome.kind] += 1
            total[outcome.kind] += 1
            if outcome.reason:
                reasons[(outcome.kind, outcome.reason)] += 1
            if outcome.kind not in GOOD:
                failed.append((name, outcome))
        counts = ', '.join('%d %s' % (n, kind) for kind, n in count.most_common())
        skip = ' # SKIP out of time' if count['not run'] == len(row) else ''
        idle = count['skipped'] == len(row) >= CHUNK  # something must be wrong with the tools
        well = well and not failed and not idle
        print('%s %d - %s: %s%s' % ('not ok' if failed or idle else 'ok', number, what, counts, skip))
        for name, outcome in failed:
            comment('%s: %s: %s' % (name, outcome.kind, outcome.reason))
            if outcome.detail:
                comment(outcome.detail, '    ')
            seed = name.split('-')[0]
            variant = name.split('-', 1)[1]
            again = '--file %s/%s.c' % (options.keep, name) if options.keep else '--seeds %s --variant %s' % (
                seed, variant)
            comment('again: %s --lavapipe %s' % (again, 'yes' if 'lavapipe' in outcome.kind else 'no'), '    ')
        sys.stdout.flush()
    print('# in all: ' + ', '.join('%d %s' % (n, kind) for kind, n in total.most_common()))
    print('# lanes part in %d programs; %d ran on lavapipe' % (harness.parted, harness.on_lavapipe))
    for (kind, reason), n in reasons.most_common():
        print('#   %d %s: %s' % (n, kind, reason))
    print('# seconds: ' + ', '.join('%s %.0f' % (name, n) for name, n in harness.seconds.most_common()))
    return well


def options_parse():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    add = parser.add_argument
    add('--seeds', help='A-B,C: these seeds')
    add('--fresh', type=int, default=0, help='and so many that follow from the date')
    add('--fresh-base', type=int, help='first of the fresh seeds, in place of the date')
    add('--variant', help='these variants only: ' + ','.join(VARIANTS))
    add('--mode', choices=list(MODES), help="of hc-spirv; default: by seed")
    add('--file', nargs='+', help='programs that were kept, in place of seeds')
    add('--jobs', type=int, default=2)
    add('--lanes', type=int, default=64)
    add('--lavapipe', default='no', help='yes, no, or N: every Nth seed')
    add('--lavapipe-seconds', type=int, default=60)
    add('--lavapipe-size', type=int, default=0, help='no modules over that many bytes')
    add('--compiler-seconds', type=int, default=60)
    add('--native-seconds', type=float, default=1)
    add('--interpreter-seconds', type=int, default=60)
    add('--budget', type=float, default=0, help='start no new seed after that many seconds')
    add('--keep', help='folder for programs that fail')
    add('--root', default=os.path.dirname(os.path.dirname(HERE)), help='of the source tree')
    add('--hc-spirv', default='hc-spirv')
    add('--spirv-run', default='spirv-run', help="the interpreter; '': none")
    add('--launch', default='fuzz_launch', help='runs a module file on lavapipe')
    add('--preload', help='library that lifts lavapipe\'s limit on loops')
    add('--spirv-val', default='spirv-val')
    add('--csmith', default='csmith')
    add('--csmith-headers', default='/usr/include/csmith')
    add('--clang', default='clang-22')
    add('--cc', default='cc')
    return parser.parse_args()


def main():
    options = options_parse()
    needs = [options.csmith, options.clang, options.spirv_val, options.cc]
    missing = [tool for tool in needs if not shutil.which(tool)]
    if missing:
        print('TAP version 13\n1..0 # SKIP not found: ' + ', '.join(missing))
        return 0
    if options.keep:
        os.makedirs(options.keep, exist_ok=True)
    harness = Harness(options)
    lines = jobs_of(harness)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        futures = [[pool.submit(harness.one, *job) for job in row] for _, row in lines]
        return 0 if report(harness, lines, futures) else 1


if __name__ == '__main__':
    sys.exit(main())
