#!/usr/bin/env python3
"""report_check.py BENCH-REPORT SAMPLE [BENCH]...

Makes reports of a sample, of broken lines, and of what the benches named write today, and looks into them: a
plot that is missing, empty or of another case would go unnoticed by whoever only looks at the page.
"""
import collections
import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

SVG = '{http://www.w3.org/2000/svg}'
VOID = ('meta', 'link', 'br', 'img')
tool, sample, benches = sys.argv[1], sys.argv[2], sys.argv[3:]


def make(folder, *args, **env):
    """Runs the tool; what it said, its status, and where the report is."""
    out = os.path.join(folder, 'out')
    done = subprocess.run([sys.executable, tool, '--out', out, *args], capture_output=True, text=True, cwd=folder,
                          check=False, timeout=60, env=dict(os.environ, **env))
    return done, out


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def rows_of(path):
    return [row for row in map(json.loads, read(path).splitlines()) if 'note' not in row]


def slug(text):
    return re.sub('[^a-z0-9]+', '-', text.lower()).strip('-')


def expected(rows, run):
    """Names of the plots that rows of one run ask for, and how many rows belong to each one's curves, by title."""
    plots = collections.defaultdict(collections.Counter)
    subjects = collections.defaultdict(set)
    for row in rows:
        if 'subject' in row:
            subjects[row['question']].add(row['subject'])
    both = 'read_bandwidth' in subjects and 'write_bandwidth' in subjects

    def want(name, curve):
        plots[name][curve] += 1

    def one(row):
        return '-'.join([row['question'].replace('_', '-'), run])

    for row in rows:
        if row['question'] == 'null_call':
            want(one(row) + '-' + slug(row['shape']), row['way'])
        elif row['question'] == 'throughput':
            title = 'hostcall, {} poller{}'.format(row['pollers'], 's' if row['pollers'] > 1 else '')
            want(one(row) + '-' + slug(row['shape']), title if row['way'] == 'hostcall' else row['way'])
        elif row['question'] in ('write_bandwidth', 'read_bandwidth'):
            title = {'floor': 'floor, {}', 'memcpy': "host's memcpy", 'answers': "memcpy to answers"}.get(
                row['way'], '{}').format(row.get('shape'))
            for subject in {row['subject']} if 'subject' in row else subjects[row['question']]:
                want(one(row) + '-' + slug(subject), title)
            if row.get('subject') in ('/dev/zero', '/dev/null') and both:
                want('-'.join(['read-bandwidth', run, 'beside-writes']),
                     '{}, {}'.format(row['question'].split('_')[0], row['shape']))
        elif row['question'] == 'file_writes':
            for subject in {row['subject']} if 'subject' in row else subjects[row['question']]:
                want(one(row) + '-' + slug(subject), row['way'])
        elif row['question'] in ('print_lines', 'may_print'):
            want(one(row), row['way'])
    return plots


def curves(path):
    """Of each of an SVG's curves its title, lines, their corners, marks and bars; the key's sample is among them."""
    found = []
    for node in ElementTree.parse(path).iter(SVG + 'g'):
        if re.search(r'_plot_\d+$', node.get('id', '')):
            key = next(node.iter(SVG + 'text'), None)
            found.append((''.join(key.itertext()).strip().replace('\u2019', "'") if key is not None else '',
                          sum(path.get('d').count('M') for path in node.iter(SVG + 'path')),
                          sum(path.get('d').count(',') for path in node.iter(SVG + 'path')),
                          len(list(node.iter(SVG + 'use'))), len(list(node.iter(SVG + 'polygon')))))
    return found


class Tags(html.parser.HTMLParser):
    """Whether a page's elements are closed in the order they were opened, and the text in it."""

    def __init__(self, page):
        super().__init__()
        self.open, self.wrong, self.cells, self.images, self.scripts = [], [], [], [], 0
        self.feed(page)
        self.wrong += self.open

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        self.scripts += tag == 'script'
        if tag == 'svg' and dict(attrs).get('role') == 'img':
            self.images.append(dict(attrs)['aria-label'])

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        if self.open and self.open[-1] in ('td', 'th', 'dd'):
            self.cells.append(data)


def same(what, got, want):
    if got != want:
        raise AssertionError('{}: got {!r}, not {!r}'.format(what, got, want))


def has(what, text, part):
    if part not in text:
        raise AssertionError('{}: no {!r} in {!r}'.format(what, part, text[-2000:]))


def check_report(out, wanted, live=False):
    files = sorted(name for name in os.listdir(out) if name.endswith('.svg'))
    same('SVG files', files, sorted(name + '.svg' for name in wanted))
    page = Tags(read(os.path.join(out, 'index.html')))
    same('elements of the page that are not closed in order', page.wrong, [])
    same('plots in the page', len(page.images), len(wanted))
    for name, titles in wanted.items():
        found = curves(os.path.join(out, name + '.svg'))
        if name.startswith(('print-lines', 'file-writes', 'may-print')):  # no key: bars are named beside them
            same('bars of ' + name, sorted(bars for *_, bars in found), sorted(titles.values()))
            continue
        same('curves of ' + name, sorted(title for title, *_ in found), sorted(titles))
        for title, lines, corners, marks, _ in found:
            if name.startswith(('throughput', 'write-bandwidth', 'read-bandwidth')) and marks:
                same('points of {} in {}'.format(title, name), marks, titles[title] + 1)
            elif name.startswith('compare'):
                same('more than the key for {} in {}'.format(title, name), marks > 1, True)
            else:
                same('line of {} in {}, and that of the key'.format(title, name), lines, 2)
                if name.startswith('null-call') and not live:  # what is measured now may be one steep line
                    same('a curve rather than a line for {} in {}'.format(title, name), corners > 5, True)
    return page


# -------------------------------------------------------------------------------------------------- tests

def a_plot_for_each_bench_and_a_curve_for_each_case(folder):
    done, out = make(folder, sample)
    same('exit status, ' + done.stderr, done.returncode, 0)
    rows = rows_of(sample)
    for question in ('null_call', 'throughput', 'write_bandwidth', 'read_bandwidth', 'print_lines', 'idle_cpu'):
        same('sample has ' + question, any(row['question'] == question for row in rows), True)
    page = check_report(out, expected(rows, 'cpu'))
    idle = next(row for row in rows if row['question'] == 'idle_cpu')
    has('cells', page.cells, idle['case'])
    has('cells', page.cells, idle['device'])


def medians_are_where_they_belong(folder):
    """A mix-up of columns or units in the tables."""
    base = dict(rows_of(sample)[0], way='hostcall')
    row = dict(base, min=1111, p50=2222, p99=33330, floor=1111, ratio=2, samples=200)
    row.pop('quantiles')
    other = dict(base, question='throughput', case='t', shape='full', waves=16, pollers=2, unit='M lane-calls/s', min=7,
                 p50=8.125, p99=9, floor=16.25, ratio=0.5)
    other.pop('quantiles')
    with open(os.path.join(folder, 'in.jsonl'), 'w', encoding='utf-8') as file:
        file.write(json.dumps(row) + '\n' + json.dumps(other) + '\n')
    done, out = make(folder, 'in.jsonl')
    same('exit status, ' + done.stderr, done.returncode, 0)
    text = re.sub(r'\s+', ' ', re.sub('<[^>]*>', ' ', read(os.path.join(out, 'index.html'))))
    has('page', text, 'way min p50 p99 x floor samples hostcall 1.11 us 2.22 us 33.3 us 2.00 200')
    has('page', text, 'waves hostcall, 2 pollers 16 8.125')
    has('page', text, 'calls, full, 2 pollers M lane-calls/s 8.125 (0.50 x)')


def a_bench_without_a_plot_has_its_table(folder):
    """Rows of a bench that nobody drew, or one of two rows of a case that measure different things."""
    base = dict(rows_of(sample)[0], question='news', case='the case', way='hostcall', ratio=None)
    base.pop('quantiles')
    rows = [dict(base, unit='k calls/s', p50=12.5), dict(base, unit='us of cpu', p50=37.5)]
    with open(os.path.join(folder, 'in.jsonl'), 'w', encoding='utf-8') as file:
        file.writelines(json.dumps(row) + '\n' for row in rows)
    done, out = make(folder, 'in.jsonl')
    same('exit status, ' + done.stderr, done.returncode, 0)
    page = check_report(out, {})
    for cell in ('k calls/s', '12.5', 'us of cpu', '37.5'):
        has('cells', page.cells, cell)


def a_broken_line_is_named_and_the_rest_is_shown(folder):
    lines = read(sample).splitlines()
    row = json.loads(lines[0])
    changes = [{'format': 7}, {'p50': None}, {'p50': 'fast'}, {'p50': float('nan')}, {'p50': 0}, {'min': -1},
               {'quantiles': [[0.5, 3], [0.4, 2], [1, 4]]}, {'quantiles': [[0.5, 3]]}, {'quantiles': [3]},
               {'question': 'throughput'}, {'question': 'throughput', 'pollers': True}, {'waves': -1}, {'unit': 7}]
    broken = ['{"format":1,"question":"null_c', '[1, 2]', '[' * 100000,
              json.dumps({key: value for key, value in row.items() if key != 'way'})]
    broken += [json.dumps(dict(row, **change)) for change in changes]
    with open(os.path.join(folder, 'in.jsonl'), 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines[:2] + broken + lines[2:]) + '\n')
    done, out = make(folder, 'in.jsonl')
    same('exit status', done.returncode, 1)
    same('lines named', re.findall(r'in\.jsonl:(\d+): ', done.stderr), [str(3 + at) for at in range(len(broken))])
    page = read(os.path.join(out, 'index.html'))
    for at in range(len(broken)):
        has('page', page, 'in.jsonl:{}: '.format(3 + at))
    check_report(out, expected(rows_of(sample), 'cpu'))


def backends_are_compared_with_their_own_floors(folder):
    rows = rows_of(sample)
    for row in rows:
        row.update(backend='cuda', device='another device')
        if row['question'] == 'null_call':
            row.update(ratio=4.25)
    os.mkdir(os.path.join(folder, 'in'))
    with open(os.path.join(folder, 'in', 'b.jsonl'), 'w', encoding='utf-8') as file:
        file.writelines(json.dumps(row) + '\n' for row in rows)
    shutil.copy(sample, os.path.join(folder, 'in', 'a.jsonl'))
    with open(os.path.join(folder, 'in', 'device.txt'), 'w', encoding='utf-8') as file:
        file.write('what <kind> of machine')
    done, out = make(folder, '--from', 'in')
    same('exit status, ' + done.stderr, done.returncode, 0)
    wanted = dict(expected(rows, 'cuda'), **expected(rows_of(sample), 'cpu'))
    for name in ('compare-medians', 'compare-calls', 'compare-rates'):
        wanted[name] = ['cuda', 'cpu']
    check_report(out, wanted)
    page = read(os.path.join(out, 'index.html'))
    has('page', page, '(4.25 x)')
    has('page', page, 'what &lt;kind&gt; of machine')


def the_same_backend_of_two_commits_is_two_runs(folder):
    rows = rows_of(sample)
    with open(os.path.join(folder, 'in.jsonl'), 'w', encoding='utf-8') as file:
        file.writelines(json.dumps(dict(row, commit='abc')) + '\n' for row in rows)
        file.writelines(json.dumps(dict(row, commit='def')) + '\n' for row in rows + rows[:3])
    done, out = make(folder, 'in.jsonl')
    same('exit status, ' + done.stderr, done.returncode, 0)
    wanted = dict(expected(rows, 'cpu-abc'), **expected(rows, 'cpu-def'))
    for name in ('compare-medians', 'compare-calls', 'compare-rates'):
        wanted[name] = ['cpu, abc', 'cpu, def']
    check_report(out, wanted)
    has('page', read(os.path.join(out, 'index.html')), '3 rows were measured more than once')


def names_cannot_break_out(folder):
    """Names of devices and cases reach gnuplot, SVG and HTML: none of the three may take them for more than text."""
    evil = '\'"`touch ran`$(touch ran)</text></svg><script>alert(1)</script>&\n%d \\'
    rows = rows_of(sample)
    for row in rows:
        row.update(device=evil, driver=evil, commit=evil, command=evil)
        if row['way'] not in ('hostcall', 'floor', 'memcpy', 'answers'):
            row.update(way=evil)
        if row['question'] == 'print_lines':
            row.update(shape=evil, case=row['case'] + evil)
    with open(os.path.join(folder, 'in.jsonl'), 'w', encoding='utf-8') as file:
        file.writelines(json.dumps(row) + '\n' for row in rows)
    done, out = make(folder, 'in.jsonl')
    same('exit status, ' + done.stderr, done.returncode, 0)
    same('files', sorted(os.listdir(folder)), ['in.jsonl', 'out'])
    page = Tags(read(os.path.join(out, 'index.html')))
    same('elements of the page that are not closed in order', page.wrong, [])
    same('scripts', page.scripts, 0)
    for name in os.listdir(out):
        if name.endswith('.svg'):
            same('scripts in ' + name, list(ElementTree.parse(os.path.join(out, name)).iter(SVG + 'script')), [])


def without_gnuplot_the_package_is_named(folder):
    done, out = make(folder, sample, PATH=folder)
    same('exit status', done.returncode, 2)
    has('message', done.stderr, 'gnuplot-nox')
    same('a report', os.path.exists(out), False)


def what_cannot_be_read_is_named(folder):
    done, _ = make(folder, 'not-there.jsonl')
    same('exit status', done.returncode, 2)
    has('message', done.stderr, 'not-there.jsonl: No such file')
    with open(os.path.join(folder, 'empty.jsonl'), 'w', encoding='utf-8'):
        pass
    done, out = make(folder, 'empty.jsonl')
    same('exit status', done.returncode, 2)
    has('message', done.stderr, 'no rows')
    same('a report', os.path.exists(out), False)


def benches_write_what_a_report_needs(folder):
    """A key that was renamed on one side only."""
    lines = os.path.join(folder, 'in.jsonl')
    for bench in benches:
        subprocess.run([bench, '--backend', 'cpu', '--quick', '--json=' + lines], check=True, timeout=100,
                       stdout=subprocess.DEVNULL)
    done, out = make(folder, lines)
    same('exit status, ' + done.stderr, done.returncode, 0)
    rows = rows_of(lines)
    same('benches', len({row['question'] for row in rows}), len(benches))
    page = check_report(out, expected(rows, 'cpu'), live=True)
    has('cells', page.cells, rows[0]['commit'])
    has('quantiles of', [row['way'] for row in rows if 'quantiles' in row], 'floor')


def main():
    tests = [a_plot_for_each_bench_and_a_curve_for_each_case, medians_are_where_they_belong,
             a_bench_without_a_plot_has_its_table, a_broken_line_is_named_and_the_rest_is_shown,
             backends_are_compared_with_their_own_floors, the_same_backend_of_two_commits_is_two_runs,
             names_cannot_break_out, without_gnuplot_the_package_is_named, what_cannot_be_read_is_named,
             benches_write_what_a_report_needs]
    if not shutil.which('gnuplot'):
        print('1..0 # SKIP gnuplot not found (Debian: gnuplot-nox)')
        return 0
    print('1..{}'.format(len(tests)))
    failed = 0
    for count, test in enumerate(tests, 1):
        name = 'report::' + test.__name__
        if test is benches_write_what_a_report_needs and not benches:
            print('ok {} - {} # SKIP the benches are not built (-Dbench=false)'.format(count, name))
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(folder)
                print('ok {} - {}'.format(count, name), flush=True)
            except Exception as error:  # pylint: disable=broad-except
                failed += 1
                print('not ok {} - {}'.format(count, name))
                print('# ' + '\n# '.join('{}: {}'.format(type(error).__name__, error).splitlines()), flush=True)
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
