"""Charts, and gnuplot, which makes SVG of them."""
import math
import os
import subprocess
import tempfile

# Pixels: the plot without what is below it, a bar or a row of dots, and below: the axis, and a line of the key.
HEIGHT, BAR, AXIS, LINE = 270, 28, 72, 20
WIDTHS = {'lines': 520, 'bars': 600, 'dots': 600}  # narrow, so that letters stay large on a narrow screen
INK, GRID, PAPER = '#1f2328', '#d0d5da', '#ffffff'
# By name, as on light paper and on dark; told apart also by those who don't see all colours (after Okabe and Ito).
COLOURS = {
    'ink': (INK, '#e6e9ec'), 'grid': (GRID, '#41474e'), 'paper': (PAPER, '#1b1f24'),
    'grey': ('#5c636b', '#aab2ba'), 'blue': ('#0072b2', '#4aa8e8'), 'sky': ('#45a8dc', '#a5dbf7'),
    'purple': ('#b5598f', '#e79fc9'), 'red': ('#d55e00', '#ff8b4d'), 'green': ('#009e73', '#30c99b'),
    'orange': ('#c98a00', '#f2bd43'),
}
MARKS = {'none': 0, 'circle': 7, 'square': 5, 'up': 9, 'down': 11, 'diamond': 13, 'ring': 6, 'cross': 2}


class Failed(Exception):
    """What gnuplot said."""


class Curve:
    """Points (x, y), or (x, y, least, most) with a bar; of bars (position, value, text at its end)."""

    def __init__(self, title, points, colour, mark='none', dashed=False, width=2, every=1):
        self.title, self.points, self.colour, self.mark = title, points, colour, mark
        self.dashed, self.width, self.every = dashed, width, every  # a mark at every so many points


class Chart:
    """kind: lines, bars (from the left, one a category) or dots (in the row of their category)."""

    def __init__(self, name, kind, curves, x_label, y_label='', x_tics=None, y_tics=None, x_log=False, y_log=False,
                 x_range=None, y_range=None, categories=(), x_line=None):
        self.name, self.kind, self.curves = name, kind, [curve for curve in curves if curve.points]
        self.x_label, self.y_label, self.x_tics, self.y_tics = x_label, y_label, x_tics, y_tics
        self.x_log, self.y_log, self.x_range, self.y_range = x_log, y_log, x_range, y_range
        self.categories, self.x_line = categories, x_line


def log_range(values, around=1.15):
    return (min(values) / around, max(values) * around) if values else (1, 10)


def log_tics(span, text):
    """Round values in a logarithmic span, as pairs of text and value."""
    low, high = span
    decades = math.log10(high / low)
    steps = (1, 1.5, 2, 3, 4, 5, 7) if decades < 0.7 else (1, 2, 5) if decades < 2.2 else (1,)
    every = 1 if decades < 7 else 2
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = [step * 10.0 ** power for power in powers if power % every == 0 for step in steps]
    return [(text(value), value) for value in values if low <= value <= high]


def power_tics(most, text):
    """1, 4, 16 and so on, of a few all powers of two, and the most itself."""
    base = 4 if most > 64 else 2
    values = [base ** power for power in range(64) if base ** power * 0.7 * base <= most and base ** power < most]
    return [(text(value), value) for value in values + [most]]


def quoted(text):
    """In single quotes gnuplot leaves all but these alone; doubled they don't do at either end."""
    return "'" + text.replace("'", '\u2019') + "'"


def tics(axis, pairs):
    labels = ('{} {:.10g}'.format(quoted(text.replace('%', '%%')), at) for text, at in pairs)  # % begins a format
    return 'set {}tics ({})'.format(axis, ', '.join(labels))


def span(axis, limits):
    return 'set {}range [{:.10g}:{:.10g}]'.format(axis, *limits)


def style(curve, points):
    return "linecolor rgb '{}' linewidth {} dashtype {}{}".format(
        COLOURS[curve.colour][0], curve.width, '(8,5)' if curve.dashed else 'solid',
        ' pointtype {} pointsize 0.7 pointinterval {}'.format(MARKS[curve.mark], curve.every) if points else '')


def plot_lines(chart, script, data):
    items = []
    for curve, name in zip(chart.curves, data):
        marked = curve.mark != 'none'
        how = 'yerrorlines' if len(curve.points[0]) == 4 else 'linespoints' if marked else 'lines'
        items.append('{} with {} {} title {}'.format(name, how, style(curve, how != 'lines'), quoted(curve.title)))
    script.append('plot ' + ', '.join(items))


def plot_bars(chart, script, data):
    most, last = max(point[1] for curve in chart.curves for point in curve.points), len(chart.categories) - 1
    script += [span('x', (0, most * 1.22)), span('y', (-0.7, last + 0.7)), 'set grid noytics xtics',
               'set style fill solid 1.0 noborder']
    for curve in chart.curves:
        for at, value, text in curve.points:
            script.append("set label {} at {:.10g},{} left offset 0.6,0 textcolor rgb '{}'".format(
                quoted(text), value, last - at, INK))
    script.append('plot ' + ', '.join(
        "{0} using ($2/2):({1}-$1):(0):2:({1}-$1-0.34):({1}-$1+0.34) with boxxyerror linecolor rgb '{2}'".format(
            name, last, COLOURS[curve.colour][0]) for curve, name in zip(chart.curves, data)))


def plot_dots(chart, script, data):
    last = len(chart.categories) - 1
    script.append(span('y', (-0.6, last + 0.6)))
    items = ["{} using 1:({}-$2) with points linecolor rgb '{}' linewidth 2 pointtype {} pointsize 1.1 title {}".format(
        name, last, COLOURS[curve.colour][0], MARKS[curve.mark], quoted(curve.title))
        for curve, name in zip(chart.curves, data)]
    script.append('plot ' + ', '.join(items))


def key_rows(chart):
    """Lines of the key, with as many columns as fit by the longest title."""
    longest = max(len(curve.title) for curve in chart.curves)
    columns = max(1, min(4, WIDTHS[chart.kind] // (9 * longest + 60)))
    return -(-len(chart.curves) // columns)


def chart_script(chart, path):
    key = 0 if chart.kind == 'bars' else LINE * key_rows(chart) + 10
    inner = HEIGHT if chart.kind == 'lines' else BAR * len(chart.categories)
    height = 12 + inner + AXIS + key
    script = [
        'reset',
        "set terminal svg noenhanced size {},{} dynamic font 'sans-serif,15' name {} background rgb '{}' rounded".format(
            WIDTHS[chart.kind], height, quoted(chart.name.replace('-', '_')), PAPER),
        'set output ' + quoted(path),
        "set border 3 linecolor rgb '{}'".format(INK),
        "set grid back linecolor rgb '{}' linewidth 1 dashtype solid".format(GRID),
        'set tmargin at screen {:.6f}'.format(1 - 12 / height),
        'set bmargin at screen {:.6f}'.format((AXIS + key) / height),
        'set key at screen 0.5,{:.6f} bottom center vertical maxrows {}'.format(4 / height, key_rows(chart)),
        "set key Left reverse samplen 2.5 textcolor rgb '{}'".format(INK) if key else 'unset key',
        "set xtics nomirror textcolor rgb '{}'".format(INK), "set ytics nomirror textcolor rgb '{}'".format(INK),
        "set xlabel {} textcolor rgb '{}'".format(quoted(chart.x_label), INK),
        "set ylabel {} textcolor rgb '{}'".format(quoted(chart.y_label), INK),
    ]
    for axis, log, pairs, limits in (('x', chart.x_log, chart.x_tics, chart.x_range),
                                     ('y', chart.y_log, chart.y_tics, chart.y_range)):
        if log:
            script.append('set logscale ' + axis)
        if limits:
            script.append(span(axis, limits))
        if pairs:
            script.append(tics(axis, pairs))
    if chart.categories:
        script += [tics('y', [(text, at) for at, text in enumerate(reversed(chart.categories))]), 'set ytics scale 0']
    if chart.x_line:
        script.append("set arrow from {0},graph 0 to {0},graph 1 nohead linecolor rgb '{1}' dashtype (8,5)".format(
            chart.x_line, COLOURS['grey'][0]))
    data = []
    for count, curve in enumerate(chart.curves):
        data.append('$data{}'.format(count))
        script.append('{} << END'.format(data[-1]))
        for point in curve.points:
            script.append(' '.join('{:.10g}'.format(value) for value in point if not isinstance(value, str)))
        script.append('END')
    {'lines': plot_lines, 'bars': plot_bars, 'dots': plot_dots}[chart.kind](chart, script, data)
    script.append('unset output')
    return script


def draw(charts):
    """SVG of each chart, by its name."""
    svgs = {}
    with tempfile.TemporaryDirectory() as folder:
        script = []
        for chart in charts:
            script += chart_script(chart, os.path.join(folder, chart.name + '.svg'))
        done = subprocess.run(['gnuplot', '-'], input='\n'.join(script) + '\n', text=True, capture_output=True,
                              env=dict(os.environ, LC_ALL='C.UTF-8'), check=False)
        if done.returncode or done.stderr.strip():
            raise Failed(done.stderr.strip() or 'exit status {}'.format(done.returncode))
        for chart in charts:
            with open(os.path.join(folder, chart.name + '.svg'), encoding='utf-8') as file:
                svgs[chart.name] = file.read()
    return svgs
