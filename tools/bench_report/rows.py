"""Lines of JSON that the benches wrote, checked, and sorted by the device that they are of."""
import glob
import json
import math
import os
import re

FORMAT = 1
# What a line must have, and what it may.
BASE = {'question': str, 'backend': str, 'device': str, 'date': str}
ROW = {'case': str, 'way': str, 'unit': str, 'min': float, 'p50': float, 'p99': float}
OPTIONAL = {'driver': str, 'commit': str, 'command': str, 'quick': bool, 'mapped': bool, 'wave_width': int,
            'resident': int, 'processors': int, 'shape': str, 'subject': str, 'waves': int, 'lanes': int,
            'pollers': int, 'bytes': int, 'samples': int, 'quantiles': list}
# What the plots of a bench need of its rows; of what does not depend on a transfer's size they need less.
BANDWIDTH = ('shape', 'subject', 'bytes')
NEEDED = {
    'null_call': lambda row: ('shape',),
    'throughput': lambda row: ('shape', 'waves', 'pollers'),
    'compute': lambda row: ('subject',),
    'may_print': lambda row: ('subject',),
    'print_lines': lambda row: () if row['way'] == 'floor' else ('shape', 'waves'),
    'write_bandwidth': lambda row: {'floor': ('shape',), 'memcpy': ()}.get(row['way'], BANDWIDTH),
    'file_writes': lambda row: () if row['way'] == 'floor' else ('subject', 'pollers', 'bytes'),
    'read_bandwidth': lambda row: {'floor': ('shape',), 'memcpy': (), 'answers': ()}.get(row['way'], BANDWIDTH),
}


class Broken(Exception):
    """Why a line is none of ours."""


class Run:
    """All rows of one backend on one device, made from one commit."""

    def __init__(self, row):
        self.backend = row['backend']
        self.facts = {key: row.get(key) for key in
                      ('backend', 'device', 'driver', 'commit', 'mapped', 'wave_width', 'resident', 'processors')}
        self.dates, self.commands, self.notes = set(), {}, {}
        self.quick = False
        self.rows = {}  # by what was measured, in the order of the files
        self.label = self.backend  # told apart from those of other runs by all_labels
        self.slug = ''

    def add(self, row):
        self.dates.add(row['date'])
        self.quick = self.quick or row.get('quick', False)
        if row.get('command'):
            self.commands[row['question']] = row['command']
        if 'note' in row:
            notes = self.notes.setdefault(row['question'], [])
            if row['note'] not in notes:
                notes.append(row['note'])
            return
        self.rows[measured(row)] = row  # the latest counts

    def of(self, question):
        return [row for row in self.rows.values() if row['question'] == question]

    def questions(self):
        return list(dict.fromkeys(row['question'] for row in self.rows.values()))


def measured(row):
    return row['question'], row['case'], row['unit']


class Results:
    """What was read."""

    def __init__(self):
        self.runs, self.troubles, self.machines = [], [], []
        self.replaced = 0  # rows that were measured again


def plain(text):
    """Without what has no place in a label."""
    return ''.join(letter if letter.isprintable() else ' ' for letter in text)


def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def check_type(row, key, kind):
    value = row[key]
    good = number(value) and value >= 0 if kind is float else isinstance(value, kind)
    if kind is int:
        good = good and not isinstance(value, bool) and value > 0
    if not good:
        raise Broken('"{}" is {}'.format(key, json.dumps(value)[:40]))
    if kind is str:
        row[key] = plain(value)


def check_quantiles(row):
    pairs, before = row['quantiles'], (-1, 0)
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(number(value) for value in pair)):
            raise Broken('"quantiles" has {}, which is no pair of numbers'.format(json.dumps(pair)[:40]))
        if not (before[0] < pair[0] <= 1 and before[1] <= pair[1]):
            raise Broken('"quantiles" do not rise at {}'.format(json.dumps(pair)))
        before = pair
    if not pairs or pairs[-1][0] != 1:
        raise Broken('"quantiles" do not end with all samples')


def parse(line):
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Broken('not JSON: {}'.format(error))
    if not isinstance(row, dict):
        raise Broken('not an object')
    if row.get('format') != FORMAT:
        raise Broken('"format" is {}, not {}: written by another version of the benches'.format(
            json.dumps(row.get('format'))[:40], FORMAT))
    needed = dict(BASE, note=str) if 'note' in row else dict(BASE, **ROW)
    for key, kind in needed.items():
        if key not in row:
            raise Broken('no "{}"'.format(key))
        check_type(row, key, kind)
    for key, kind in OPTIONAL.items():
        if key in row:
            check_type(row, key, kind)
    if 'note' in row:
        return row
    for key in ('floor', 'ratio'):
        if row.get(key) is not None:
            check_type(row, key, float)
    for key in NEEDED.get(row['question'], lambda row: ())(row):
        if key not in row:
            raise Broken('no "{}"'.format(key))
    if row['question'] in NEEDED and not row['p50'] > 0:
        raise Broken('"p50" is {}'.format(row['p50']))
    if 'quantiles' in row:
        check_quantiles(row)
    return row


def slug(text):
    return re.sub('[^a-z0-9]+', '-', text.lower()).strip('-')


def label(runs):
    """Labels by backend, and by what else it takes to tell runs apart."""
    for run in runs:
        twins = [other for other in runs if other is not run and other.backend == run.backend]
        words = [str(run.facts[key]) for key in ('device', 'driver', 'commit')
                 if any(other.facts[key] != run.facts[key] for other in twins)]
        if any(other.facts['mapped'] != run.facts['mapped'] for other in twins):
            words.append('replies in {} memory'.format('device' if run.facts['mapped'] else 'host'))
        run.label = ', '.join([run.backend] + words)
    taken = set()
    for run in runs:
        run.slug = slug(run.label) or 'run'
        while run.slug in taken:
            run.slug += '-2'
        taken.add(run.slug)


def read(files, folders):
    """Raises OSError of a file that can't be read."""
    results, runs = Results(), {}
    paths = list(files)
    for folder in folders:
        os.listdir(folder)
        paths += sorted(glob.glob(os.path.join(glob.escape(folder), '*.jsonl')))
        machine = os.path.join(folder, 'device.txt')
        if os.path.exists(machine):
            with open(machine, encoding='utf-8', errors='replace') as text:
                results.machines.append((machine, text.read()))
    for path in dict.fromkeys(os.path.normpath(path) for path in paths):
        with open(path, encoding='utf-8', errors='replace') as lines:
            for count, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    row = parse(line)
                except Broken as broken:
                    results.troubles.append('{}:{}: {}'.format(path, count, broken))
                    continue
                key = tuple(row.get(key) for key in ('backend', 'device', 'driver', 'commit', 'mapped'))
                run = runs.setdefault(key, Run(row))
                results.replaced += 'note' not in row and measured(row) in run.rows
                run.add(row)
    order = ['cuda', 'hip', 'vulkan', 'cpu']
    results.runs = sorted((run for run in runs.values() if run.rows),
                          key=lambda run: order.index(run.backend) if run.backend in order else len(order))
    label(results.runs)
    return results
