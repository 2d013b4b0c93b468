"""Runs beside each other: what stands for each bench, as a table, and over its own floor as plots."""
from bench_report import texts
from bench_report.figures import Figure, Section, Table, unique
from bench_report.gnuplot import Chart, Curve, log_range, log_tics

RUNS = [('blue', 'circle'), ('red', 'up'), ('green', 'square'), ('purple', 'diamond'), ('orange', 'down'),
        ('sky', 'ring'), ('grey', 'cross')]
OVER = 'times the floor'
AT_A_GLANCE = ('Medians, and in brackets how often the floor of the same run fits into them. Calls and lines of the '
               'most waves that were measured, transfers of the largest size.')


def call_name(row):
    return 'calls, {}, {}'.format(row['shape'], texts.plural(row['pollers'], 'poller'))


def headlines(run):
    """Rows of hostcall that stand for a bench, by what they are; of the most waves, or bytes, that the run has."""
    found = {}
    for question, name, most in (
            ('null_call', lambda row: 'null call, ' + row['shape'], 'waves'),
            ('throughput', call_name, 'waves'),
            ('write_bandwidth', lambda row: 'write to {}, {}'.format(row['subject'], row['shape']), 'bytes'),
            ('read_bandwidth', lambda row: 'read from {}, {}'.format(row['subject'], row['shape']), 'bytes'),
            ('print_lines', lambda row: 'hc_printf, ' + row['shape'], 'waves')):
        rows = [row for row in run.of(question) if row['way'] == 'hostcall']
        largest = max((row.get(most, 0) for row in rows), default=0)
        found.update((name(row), row) for row in rows if row.get(most, 0) == largest)
    return found


def glance(runs, found, cases):
    table = Table(['case', 'unit'] + [run.label for run in runs], [])
    for case in cases:
        rows = [found[run].get(case) for run in runs]
        cells = ['{} ({} x)'.format(texts.digits(row['p50']), texts.times(row.get('ratio'))) if row else '-'
                 for row in rows]
        table.rows.append([case, next(row['unit'] for row in rows if row)] + cells)
    return Figure('', AT_A_GLANCE, None, table)


def dots(runs, found, categories, chart_name, x_label, text, title, caption, line=None):
    """A row of dots a category, one for each run.  categories: what it is called, case, key of the row."""
    curves = []
    for count, run in enumerate(runs):
        points = [(found[run].get(case, {}).get(key), at) for at, (_, case, key) in enumerate(categories)]
        curves.append(Curve(run.label, [point for point in points if point[0]], *RUNS[count % len(RUNS)]))
    span = log_range([point[0] for curve in curves for point in curve.points] + ([line] if line else []), 1.2)
    chart = Chart(chart_name, 'dots', curves, x_label, x_log=True, x_range=span, x_tics=log_tics(span, text),
                  categories=[name for name, _, _ in categories], x_line=line)
    return [Figure(title, caption, chart, None)] if chart.curves else []


def section(runs):
    """None if no run has any of them."""
    found = {run: headlines(run) for run in runs}
    cases = unique(case for run in runs for case in found[run])
    if not cases:
        return None
    figures = [glance(runs, found, cases)]
    shared = [case for case in cases if sum(case in found[run] for run in runs) > 1]
    calls = [case for case in shared if case.startswith('null call')]
    rates = [case for case in shared if case not in calls]
    pairs = [pair for case in calls for pair in ((case, case, 'p50'), ('its floor', case, 'floor'))]
    figures += dots(runs, found, pairs, 'compare-medians', 'time of a call, median', texts.time,
                    'Medians of the null call', 'Further left is faster.')
    figures += dots(runs, found, [(case, case, 'ratio') for case in calls], 'compare-calls', OVER, texts.brief,
                    'Cost of a call over its floor', 'Further left is better; the dashed line is the floor.', 1)
    figures += dots(runs, found, [(case, case, 'ratio') for case in rates], 'compare-rates', OVER, texts.brief,
                    'Rates over their floor', 'Further right is better; the dashed line is the floor.', 1)
    return Section(None, 'compare', 'At a glance', figures)
