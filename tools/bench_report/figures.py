"""What is shown of each bench: its charts, how to read them, and the tables below them."""
from bench_report import texts
from bench_report.gnuplot import Chart, Curve, log_range, log_tics, power_tics
from bench_report.rows import slug

# Colours and marks.
WAYS = {'hostcall': ('blue', 'circle'), 'floor': ('grey', 'none'), 'memcpy polling': ('red', 'square'),
        'mailboxes': ('green', 'up')}
OTHERS = [('orange', 'down'), ('purple', 'diamond'), ('sky', 'ring'), ('red', 'cross')]
POLLERS = [('blue', 'circle'), ('sky', 'square'), ('purple', 'diamond'), ('orange', 'down')]
SHAPES = [('red', 'up'), ('green', 'square'), ('blue', 'circle'), ('purple', 'diamond'), ('orange', 'down')]

QUESTIONS = {
    'null_call': 'What does one call cost?',
    'throughput': 'How many calls a second does a server take?',
    'write_bandwidth': 'How many bytes a second can a kernel write?',
    'read_bandwidth': 'How many bytes a second can a kernel read?',
    'file_writes': 'How fast do many waves write to files in the page cache?',
    'print_lines': 'How many lines a second can a kernel print?',
    'may_print': 'What does a print cost that a kernel may make, and never does?',
    'idle_cpu': 'What does a server cost when nobody calls?',
    'fairness': 'Does every wave get its turn?',
    'devices': 'How many calls a second do several devices make together?',
    'compute': 'How much slower is a kernel in C than by hand in GLSL?',
}


class Table:
    """head: texts; rows: lists of texts, the first of which names the row."""

    def __init__(self, head, rows):
        self.head, self.rows = head, rows


class Figure:
    """A chart, or none, and its table, or none."""

    def __init__(self, title, caption, chart, table):
        self.title, self.caption, self.table = title, caption, table
        self.chart = chart if chart and chart.curves else None


class Section:
    """A bench of a run, or a comparison of runs (run is None)."""

    def __init__(self, run, question, title, figures, rows=()):
        self.run, self.question, self.title, self.figures, self.rows = run, question, title, figures, rows
        self.notes = run.notes.get(question, ()) if run else ()


def unique(values):
    return list(dict.fromkeys(values))


def table_of(rows):
    """All figures of rows that need have nothing in common."""
    units = len(unique(row['unit'] for row in rows)) > 1
    table = Table(['case'] + ['unit'] * units + ['min', 'p50', 'p99', 'x floor'], [])
    for row in rows:
        figures = [texts.digits(row[key]) for key in ('min', 'p50', 'p99')] + [texts.times(row.get('ratio'))]
        table.rows.append([row['case']] + [row['unit']] * units + figures)
    return table


def name_of(run, question, *words):
    return '-'.join(slug(word) for word in (question, run.slug) + words if slug(word))


def by_way(way, others):
    """Colour and mark; ways that are not known take those of others, in turn."""
    if way in WAYS:
        return WAYS[way]
    if way not in others:
        others.append(way)
    return OTHERS[others.index(way) % len(OTHERS)]


def spread(rows, key):
    """Points with a bar from the least to the most."""
    return sorted((row[key], row['p50'], row['min'], row['p99']) for row in rows)


def rates_of(curves):
    return log_range([rate for curve in curves for point in curve.points for rate in point[1:] if rate > 0])


# ------------------------------------------------------------------------------------------ one of each

def tail(row):
    """Points (time, share of calls that took longer), those that make a difference on a logarithmic axis."""
    pairs = row.get('quantiles') or [[0, row['min']], [0.5, row['p50']], [0.99, row['p99']]]
    points = []
    for share, value in pairs:
        if value > 0 and share < 1 and (not points or (1 - share) < 0.9 * points[-1][1]):
            points.append((value, 1 - share))
    if pairs[-1][0] == 1 and row.get('samples') and pairs[-1][1] > 0:
        points.append((pairs[-1][1], 1 / row['samples']))
    return points


def null_call(run, rows):
    figures = []
    for shape in unique(row['shape'] for row in rows):
        mine, others, curves = [row for row in rows if row['shape'] == shape], [], []
        table = Table(['way', 'min', 'p50', 'p99', 'x floor', 'samples'], [])
        for row in mine:
            way = row['way']
            curves.append(Curve(way, tail(row), *by_way(way, others), dashed=way == 'floor',
                                width=3 if way == 'hostcall' else 2, every=8))
            table.rows.append([way] + [texts.time(row[key]) for key in ('min', 'p50', 'p99')] +
                              [texts.times(row.get('ratio')), texts.digits(row.get('samples'))])
        points = [point for curve in curves for point in curve.points]
        times = log_range([x for x, _ in points])
        least = min((y for _, y in points), default=0.1) / 1.3
        decades = [10.0 ** -n for n in range(9) if 10.0 ** -n >= least]
        chart = Chart(name_of(run, 'null_call', shape), 'lines', curves, 'time of a call',
                      'share of calls that take longer', x_log=True, y_log=True, x_range=times, y_range=(least, 1),
                      x_tics=log_tics(times, texts.time), y_tics=[(texts.share(at), at) for at in [0.5] + decades])
        figures.append(Figure(
            'Null call, ' + shape, 'Further left is faster. Where a curve crosses 50 % is its median; where it crosses '
            '1 %, all but one call in a hundred were that fast.', chart, table))
    return figures


def throughput(run, rows):
    figures = []
    for shape in unique(row['shape'] for row in rows):
        mine, others, curves = [row for row in rows if row['shape'] == shape], [], []
        pollers = sorted(unique(row['pollers'] for row in mine if row['way'] == 'hostcall'))
        ways = unique((row['way'], row['pollers']) for row in mine)
        for way, threads in ways:
            points = spread([row for row in mine if (row['way'], row['pollers']) == (way, threads)], 'waves')
            if way == 'hostcall':
                title = 'hostcall, ' + texts.plural(threads, 'poller')
                look = POLLERS[pollers.index(threads) % len(POLLERS)]
            else:
                title, look = way, by_way(way, others)
            curves.append(Curve(title, points, *look, dashed=way == 'floor'))
        waves, rates, unit = sorted(unique(row['waves'] for row in mine)), rates_of(curves), mine[0]['unit']
        chart = Chart(name_of(run, 'throughput', shape), 'lines', curves, 'waves that call at once', unit,
                      x_log=True, y_log=True, x_range=log_range(waves, 1.1), y_range=rates,
                      x_tics=power_tics(waves[-1], '{:,}'.format), y_tics=log_tics(rates, texts.brief))
        cells = {(row['waves'], row['way'], row['pollers']): texts.digits(row['p50']) for row in mine}
        table = Table(['waves'] + [curve.title for curve in curves],
                      [['{:,}'.format(n)] + [cells.get((n,) + way, '-') for way in ways] for n in waves])
        figures.append(Figure('Calls a second, ' + shape, 'Higher is better; bars from the least to the most that was '
                              'measured. Table: medians in {}.'.format(unit), chart, table))
    return figures


# What one thread of the host copies: titles and colours.
COPIES = {'memcpy': ("host's memcpy", 'ink'), 'answers': ("memcpy to answers", 'sky')}


def limits(rows, shapes, sizes):
    """Lines across the plot, for what does not depend on the size of a transfer."""
    curves, ends = [], log_range(sizes)
    for row in rows:
        colour = SHAPES[shapes.index(row['shape']) % len(SHAPES)][0] if row.get('shape') in shapes else 'grey'
        if row['way'] == 'floor':
            curves.append(Curve('floor, ' + row['shape'], [(at, row['p50']) for at in ends], colour, dashed=True))
    for row in rows:
        if row['way'] in COPIES:
            curves.append(Curve(COPIES[row['way']][0], [(at, row['p50']) for at in ends], COPIES[row['way']][1]))
    return curves


def sizes_chart(name, curves, sizes):
    rates = rates_of(curves)
    return Chart(name, 'lines', curves, 'bytes of one transfer', 'GB/s', x_log=True, y_log=True,
                 x_range=log_range(sizes), y_range=rates,
                 x_tics=[(texts.size(at), at) for at in sizes[::1 if len(sizes) < 7 else 2]],
                 y_tics=log_tics(rates, texts.brief))


def bandwidth(run, rows, question, title):
    figures = []
    ours = [row for row in rows if 'bytes' in row]
    shapes = unique(row['shape'] for row in ours)
    sizes = sorted(unique(row['bytes'] for row in ours))
    for subject in unique(row['subject'] for row in ours):
        mine = {shape: [row for row in ours if (row['subject'], row['shape']) == (subject, shape)] for shape in shapes}
        curves = [Curve(shape, spread(mine[shape], 'bytes'), *SHAPES[at % len(SHAPES)])
                  for at, shape in enumerate(shapes)]
        chart = sizes_chart(name_of(run, question, subject), curves + limits(rows, shapes, sizes), sizes)
        cells = {(row['bytes'], row['shape']): texts.digits(row['p50']) for shape in shapes for row in mine[shape]}
        table = Table(['transfer'] + shapes,
                      [[texts.size(at)] + [cells.get((at, shape), '-') for shape in shapes] for at in sizes])
        floors = [next((row.get('floor') for row in mine[shape]), None) for shape in shapes]
        table.rows.append(['floor'] + [texts.digits(floor) for floor in floors])
        figures.append(Figure(title + subject, 'Higher is better; each curve beside the dashed floor of its '
                              'colour. Table: medians in GB/s.', chart, table))
    return figures


def write_bandwidth(run, rows):
    return bandwidth(run, rows, 'write_bandwidth', 'Writing to ')


def beside(run, reads, writes):
    """Both ways in one plot, of the shapes that both have."""
    ways = [('read', [row for row in reads if row.get('subject') == '/dev/zero'], 'circle'),
            ('write', [row for row in writes if row.get('subject') == '/dev/null'], 'cross')]
    shapes = [shape for shape in unique(row['shape'] for row in ways[0][1])
              if any(row['shape'] == shape for row in ways[1][1])]
    curves = [Curve('{}, {}'.format(way, shape), spread([row for row in rows if row['shape'] == shape], 'bytes'),
                    SHAPES[at % len(SHAPES)][0], mark)
              for at, shape in enumerate(shapes) for way, rows, mark in ways]
    if not curves:
        return []
    sizes = sorted(unique(row['bytes'] for _, rows, _ in ways for row in rows))
    return [Figure('Reading beside writing', 'Higher is better; from /dev/zero and to /dev/null, where the system has '
                   'next to nothing to do.', sizes_chart(name_of(run, 'read_bandwidth', 'beside writes'), curves, sizes),
                   None)]


def read_bandwidth(run, rows):
    return bandwidth(run, rows, 'read_bandwidth', 'Reading from ') + beside(run, rows, run.of('write_bandwidth'))


def bars(name, rows, label, title, caption):
    """One bar a row, by its median."""
    ways, others = {}, []
    for at, row in enumerate(rows):
        ways.setdefault(row['way'], []).append((at, row['p50'], texts.brief(row['p50'])))
    curves = [Curve(way, points, *by_way(way, others)) for way, points in ways.items()]
    chart = Chart(name, 'bars', curves, rows[0]['unit'], categories=[label(row) for row in rows])
    return Figure(title, '{} Table: {}.'.format(caption, rows[0]['unit']), chart, table_of(rows))


def print_label(row):
    if row['way'] == 'floor':
        return "host's fprintf"
    return '{}, {}, {}'.format('hc_printf' if row['way'] == 'hostcall' else row['way'],
                               texts.plural(row['waves'], 'wave'), row['shape'])


def print_lines(run, rows):
    return [bars(name_of(run, 'print_lines'), rows, print_label, 'Lines a second', 'Longer is better.')]


def file_label(row):
    if row['way'] == 'floor':
        return "host's memcpy"
    return '{}, {}, {}'.format(row['way'], texts.plural(row['pollers'], 'poller' if row['way'] == 'hostcall' else 'thread'),
                               texts.size(row['bytes']))


def file_writes(run, rows):
    floor = [row for row in rows if row['way'] == 'floor']
    return [bars(name_of(run, 'file_writes', subject), floor + [row for row in rows if row.get('subject') == subject],
                 file_label, 'Writing to ' + subject, 'Longer is better.')
            for subject in unique(row['subject'] for row in rows if 'subject' in row)]


def may_label(row):
    return '{}, {} print'.format(row['subject'], 'may' if row['way'] == 'hostcall' else "can't")


def may_print(run, rows):
    return [bars(name_of(run, 'may_print'), rows, may_label, 'Time of a launch', 'Shorter is better; each '
                 'pair is one source, and x floor of the lower one is what the print that may come costs.')]


def compute(run, rows):
    figures = []
    for subject in unique(row['subject'] for row in rows):
        figures.append(bars(name_of(run, 'compute', subject), [row for row in rows if row['subject'] == subject],
                            lambda row: row['case'], 'Time of a MiB, ' + subject, 'Shorter is better.'))
    return figures


def idle_cpu(_, rows):
    return [Figure('Idle, and the first call after it', 'Less is better. The floor of the processor time is a kernel '
                   'that waits as long with no server; that of a call, one right after another.', None, table_of(rows))]


def any_other(_, rows):
    return [Figure('All cases', 'There is no plot for this bench.', None, table_of(rows))]


MAKERS = {'null_call': null_call, 'throughput': throughput, 'write_bandwidth': write_bandwidth,
          'read_bandwidth': read_bandwidth, 'file_writes': file_writes, 'print_lines': print_lines, 'may_print': may_print,
          'idle_cpu': idle_cpu, 'compute': compute}


def sections(run):
    asked = run.questions()
    for question in [known for known in MAKERS if known in asked] + [other for other in asked if other not in MAKERS]:
        rows = run.of(question)
        figures = MAKERS.get(question, any_other)(run, rows)
        yield Section(run, question, QUESTIONS.get(question, question), figures, rows)
