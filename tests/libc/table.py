#!/usr/bin/env python3
"""The list of C library functions, what programs show of them, and docs/libc.md.

table.py calls SOURCE       writes calls.h for a conformance program to stdout
table.py judge OUTPUT...    what is wrong with a device's run: lines, none if nothing is; outputs are the programs'
table.py record BACKEND DEVICE OUTPUT...   writes results/BACKEND.txt, dated today
table.py same OUTPUT...     how a run differs from results/cpu.txt: lines, none if it does not
table.py write              writes docs/libc.md to stdout
"""
import datetime
import re
import sys
import textwrap
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
BACKENDS = ['cpu', 'cuda', 'hip', 'vulkan']
WORKING = ('device', 'host', 'macros')
STANDARDS = {'C': 'C11', 'POSIX': 'POSIX', 'other': 'other'}


def functions():
    """The list: (header, standard, answer, name) in its order; and the limits by name."""
    listed, limits = [], {}
    for number, line in enumerate((HERE / 'functions.txt').read_text().splitlines(), 1):
        limit = re.match(r'limit (\w+): (.*)', line)
        if limit:
            limits[limit[1]] = limit[2]
        elif line and not line.startswith('#'):
            header, standard, answer, *names = line.split()
            if standard not in STANDARDS or answer not in WORKING + ('ENOSYS', 'absent'):
                sys.exit(f'functions.txt:{number}: {standard} {answer}?')
            listed += [(header, standard, answer, name) for name in names]
    return listed, limits


def calls(source):
    """Pointers for what a program calls: by name, or all of the headers in its line `// all of: HEADER...`."""
    text = Path(source).read_text()
    whole = re.findall(r'^// all of: (.*)', text, re.M)
    whole = whole[0].split() if whole else []
    used = set(re.findall(r'\w+', re.sub(r'//.*', '', text)))
    included = set(re.findall(r'^#include <(.*)>', text, re.M)) | {'errno.h', 'stdio.h', 'string.h', 'unistd.h'}
    pointers, macros = [], []
    for header, standard, answer, name in functions()[0]:
        wanted = name in used or (header in whole and standard != 'other')
        if header in included and answer != 'absent' and wanted:
            chosen = macros if answer == 'macros' else pointers
            if name not in pointers + macros:
                chosen.append(name)
    print('// Made by table.py.')
    for name in pointers:
        print(f'static __typeof__({name}) *volatile at_{name} = {name};')
    print('static struct call calls_known[] = {')
    for made, names in ((0, pointers), (2, macros)):
        for name in names:
            print(f'    {{"{name}", {made}}},')
    print('};\nstatic struct call *call_find(const char *name, size_t size)\n{')
    print('    for (size_t i = 0; i < sizeof calls_known / sizeof *calls_known; i++)')
    print('        if (!strncmp(calls_known[i].name, name, size) && !calls_known[i].name[size])'
          ' return &calls_known[i];')
    print('    return NULL;\n}')
    for i, name in enumerate(pointers):
        print(f'#undef {name}\n#define {name}(...) (calls_known[{i}].made = 1, (*at_{name})(__VA_ARGS__))')


def outcome(outputs):
    """By name: 'ok', 'ENOSYS' or 'bad', from what the programs printed."""
    shown = {}
    for path in outputs:
        for line in Path(path).read_text(errors='replace').splitlines():
            match = re.match(r'(ok|ENOSYS|not ok) (\w+)', line)
            if match:
                verdict = 'bad' if match[1] == 'not ok' else match[1]
                shown[match[2]] = verdict if shown.get(match[2], verdict) == verdict else 'bad'
    return shown


def judge(outputs):
    """What the list promises and the run does not show, and the other way round."""
    shown = outcome(outputs)
    for _, _, answer, name in functions()[0]:
        wanted = 'ok' if answer in WORKING else 'ENOSYS' if answer == 'ENOSYS' else None
        got = shown.get(name)
        if got != wanted:
            print(f'{name}: the list says {answer}, the run {got or "nothing"}')


def record(backend, device, outputs):
    """Keeps a run for docs/libc.md."""
    shown = outcome(outputs)
    lines = [f'device: {device}', f'date: {datetime.date.today()}']
    for verdict in ('ok', 'ENOSYS', 'bad'):
        names = ' '.join(sorted(name for name in shown if shown[name] == verdict))
        lines += textwrap.wrap(names, 110, initial_indent=verdict + ': ', subsequent_indent=verdict + ': ')
    (HERE / 'results').mkdir(exist_ok=True)
    (HERE / 'results' / f'{backend}.txt').write_text('\n'.join(lines) + '\n')


def recorded(backend):
    """(device, date, verdict by name) of a backend; None if nobody recorded one."""
    path = HERE / 'results' / f'{backend}.txt'
    if not path.exists():
        return None
    facts, shown = {}, {}
    for line in path.read_text().splitlines():
        kind, rest = line.split(': ', 1)
        if kind in ('device', 'date'):
            facts[kind] = rest
        else:
            shown.update((name, kind) for name in rest.split())
    return facts['device'], facts['date'], shown


def same(outputs):
    """Whether results/cpu.txt is still so."""
    now, then = outcome(outputs), (recorded('cpu') or ('', '', {}))[2]
    for name in sorted(now.keys() | then.keys()):
        if now.get(name) != then.get(name):
            print(f'{name}: recorded {then.get(name)}, now {now.get(name)}')


def cell(answer, name, run):
    """A function in a backend's column."""
    if run is None or answer == 'absent':
        return '–'
    return {'ok': 'works', 'ENOSYS': 'ENOSYS', 'bad': 'fails'}.get(run[2].get(name), '–')


def write():
    """docs/libc.md."""
    listed, limits = functions()
    runs = {backend: recorded(backend) for backend in BACKENDS}
    out = [(HERE / 'preface.md').read_text().rstrip(), '']
    out += ['| backend | functions that work | and macros | answer ENOSYS | fail | device | date |',
            '|---|---|---|---|---|---|---|']
    for backend, run in runs.items():
        counts = defaultdict(set)
        for _, _, answer, name in listed:
            counts[cell(answer, name, run), answer == 'macros'].add(name)
        numbers = [len(counts['works', False]), len(counts['works', True]), len(counts['ENOSYS', False]),
                   len(counts['fails', False] | counts['fails', True])]
        if run is None:
            numbers = ['–'] * 4
        out.append(f'| {backend} | ' + ' | '.join(str(n) for n in numbers)
                   + f' | {run[0] if run else "not run yet"} | {run[1] if run else "–"} |')
    absent = sum(answer == 'absent' for _, _, answer, _ in listed)
    out += ['', f'Not here: {absent} functions of the standards.', '', '## Limits', '']
    out += [f'- `{name}`: {text}' for name, text in limits.items()]
    where = {'device': 'device-side', 'host': 'host', 'macros': 'device-side, macro', 'ENOSYS': 'ENOSYS',
             'absent': 'not here'}
    headers = defaultdict(lambda: defaultdict(list))
    for header, standard, answer, name in listed:
        row = (standard, answer) + tuple(cell(answer, name, runs[backend]) for backend in BACKENDS)
        headers[header][row].append(name)
    for header in sorted(headers):
        out += ['', f'## {header}', '', '| functions | standard | answered | ' + ' | '.join(BACKENDS) + ' |',
                '|---|---|---|' + '---|' * len(BACKENDS)]
        for (standard, answer, *cells), names in headers[header].items():
            out.append('| ' + ' '.join(sorted(names)) + f' | {STANDARDS[standard]} | {where[answer]} | '
                       + ' | '.join(cells) + ' |')
    print('\n'.join(out))


if __name__ == '__main__':
    command, *arguments = sys.argv[1:] or ['help']
    if command == 'calls':
        calls(*arguments)
    elif command == 'judge':
        judge(arguments)
    elif command == 'record':
        record(arguments[0], arguments[1], arguments[2:])
    elif command == 'same':
        same(arguments)
    elif command == 'write':
        write()
    else:
        sys.exit(__doc__)
