"""The page: one HTML file with its plots in it, readable on light and dark and on narrow screens."""
import html
import os
import re
import xml.etree.ElementTree as ElementTree

from bench_report.figures import table_of
from bench_report.gnuplot import COLOURS

SVG = 'http://www.w3.org/2000/svg'
LINK = 'http://www.w3.org/1999/xlink'
ElementTree.register_namespace('', SVG)  # HTML knows no other prefix

TITLE = 'hostcall: what the benches measured'
READING = '''<section id="reading">
<h2>How to read it</h2>
<p>Each number is the median of one run after warm-up. Times move from machine to machine; how often the floor fits into
them moves much less, so compare by that: <b>x floor</b> is the median over that of the floor, measured in the same run.
For times less is better, for rates more. On a machine with few processors the tails belong to its scheduler.</p>
<dl>{}</dl>
</section>
'''
# Benches, way, and what it is, in one sentence; those that a report has no rows of are left out.
GLOSSARY = [
    ('null_call throughput', 'floor', 'the least that a call can cost (the most that a rate can be) on that machine: '
     'a kernel and one host thread hand the same bytes to and fro through memory of the same kinds, and do nothing '
     'else; that thread is one, so that more pollers may be faster.'),
    ('null_call throughput', 'hostcall', 'this library; pollers are the host threads that look for calls.'),
    ('null_call', 'memcpy polling', 'a peer: kernels append to a command buffer in device memory, which the host '
     'copies out again and again through the driver, as it copies the answers back.'),
    ('null_call throughput', 'mailboxes', 'a peer: ports in host memory, each with a flag for either side, which a '
     'kernel takes by a lock and one host thread looks at in turn.'),
    ('write_bandwidth', 'floor', 'plain stores by as many lanes into host memory: no call, nobody who reads.'),
    ('read_bandwidth', 'floor', 'plain loads by as many lanes of host memory: no call, nobody who writes. One block '
     'is eight waves. Where answers lie in device memory, calls need no such loads, so that a lone wave may be faster.'),
    ('read_bandwidth', 'answers', 'one thread of the host that copies to memory of the kind that answers come in.'),
    ('write_bandwidth read_bandwidth', 'memcpy', 'one thread of the host that copies from memory to memory.'),
    ('file_writes', 'floor', 'one thread of the host that copies as many bytes from memory to memory.'),
    ('file_writes', "host's pwrite", 'threads of the host that write the same bytes to the same places: what the file '
     'system lets through.'),
    ('print_lines', 'floor', 'fprintf of the same lines to the same file by one thread of the host.'),
    ('print_lines', "CUDA's printf", 'a peer: the printf that CUDA gives to kernels, written out by its driver; it '
     'loses lines past its buffer.'),
    ('may_print', 'floor', 'the same kernel without the hc_printf.'),
    ('idle_cpu', 'floor', 'a kernel that waits as long with no server open; for calls, one right after another.'),
    ('compute', 'GLSL', 'the same kernel, written by hand in GLSL.'),
]


def text(value):
    return html.escape(str(value))


def style():
    light, dark = (' '.join('--{}: {};'.format(name, pair[at]) for name, pair in COLOURS.items()) for at in (0, 1))
    with open(os.path.join(os.path.dirname(__file__), 'page.css'), encoding='utf-8') as file:
        rules = file.read()
    return (':root {{ color-scheme: light dark; --page: #f4f6f8; {} }}\n'
            '@media (prefers-color-scheme: dark) {{ :root {{ --page: #111418; {} }} }}\n{}').format(light, dark, rules)


# ------------------------------------------------------------------------------------------------ plots

def variables():
    """The page's colour for each that gnuplot wrote."""
    known = {'black': 'ink', 'white': 'paper'}
    for name, (light, _) in COLOURS.items():
        known['rgb({},{},{})'.format(*(int(light[at:at + 2], 16) for at in (1, 3, 5)))] = name
        known[light] = name
    return known


def inlined(name, svg, title):
    """An SVG of gnuplot's as part of the page: the page's colours and font, and names of its own."""
    known = variables()
    root = ElementTree.fromstring(svg)
    for key in ('width', 'height'):
        root.attrib.pop(key, None)
    for tag in ('title', 'desc'):
        for node in root.findall('{%s}%s' % (SVG, tag)):
            root.remove(node)
    root.set('role', 'img')
    root.set('aria-label', title)
    for node in root.iter():
        for key, value in list(node.attrib.items()):
            if key in ('fill', 'stroke', 'color'):
                colour = known.get(re.sub(r'\s', '', value).lower())
                if colour:
                    node.set(key, 'var(--{})'.format(colour))
            elif key == 'font-family':
                del node.attrib[key]
            elif key == 'id':
                node.set(key, '{}-{}'.format(name, value))
            elif key == '{%s}href' % LINK and value.startswith('#'):
                del node.attrib[key]
                node.set('href', '#{}-{}'.format(name, value[1:]))
            elif 'url(#' in value:
                node.set(key, value.replace('url(#', 'url(#{}-'.format(name)))
    return ElementTree.tostring(root, encoding='unicode')


# ---------------------------------------------------------------------------------------------- the page

def table(it):
    head = ''.join('<th scope="col">{}</th>'.format(text(cell)) for cell in it.head)
    rows = ''.join('<tr>{}</tr>\n'.format(''.join('<td>{}</td>'.format(text(cell)) for cell in row)) for row in it.rows)
    return ('<div class="scroll"><table class="{}">\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody></table></div>\n'
            .format('cases' if it.head[0] == 'case' else 'values', head, rows))


def figure(it, svgs, alone):
    wide = 'wide split' if alone and it.chart else 'wide' if alone or not it.chart else 'narrow'
    parts = ['<figure class="{}">\n'.format(wide)]
    if it.title:
        parts.append('<h4>{}</h4>\n'.format(text(it.title)))
    if it.caption:
        parts.append('<figcaption>{}</figcaption>\n'.format(text(it.caption)))
    if it.chart:
        parts.append(inlined(it.chart.name, svgs[it.chart.name], it.title) + '\n')
    if it.table:
        parts.append(table(it.table))
    return ''.join(parts + ['</figure>\n'])


def details(summary, content):
    return '<details><summary>{}</summary>\n{}</details>\n'.format(text(summary), content)


def section(it, svgs):
    parts = ['<section id="{}">\n'.format(anchor(it)), '<h{0}>{1}</h{0}>\n'.format(3 if it.run else 2, text(it.title)),
             '<div class="figures">\n'] + [figure(one, svgs, len(it.figures) == 1) for one in it.figures] + ['</div>\n']
    if it.notes:
        notes = ''.join('<li>{}</li>'.format(text(note)) for note in it.notes)
        parts.append('<ul class="quiet">{}</ul>\n'.format(notes))
    if it.run and any(one.table and one.table.head[0] != 'case' for one in it.figures):
        summary = 'All {} cases: least, median, 99th percentile'.format(len(it.rows))
        parts.append(details(summary, table(table_of(it.rows))))
    return ''.join(parts + ['</section>\n'])


def anchor(it):
    return '{}-{}'.format(it.run.slug, it.question.replace('_', '-')) if it.run else it.question


def card(run):
    """What a run was made with."""
    known = {key: '?' if value is None else value for key, value in run.facts.items()}
    pairs = [('device', known['device']), ('driver', known['driver']),
             ('date', ' to '.join(sorted({min(run.dates), max(run.dates)}))), ('commit', known['commit']),
             ('waves', '{} lanes each, {} at once'.format(known['wave_width'], known['resident'])),
             ('replies in', 'device memory' if known['mapped'] else 'host memory'),
             ('host', '{} processors'.format(known['processors']))]
    items = ''.join('<dt>{}</dt><dd>{}</dd>'.format(name, text(value)) for name, value in pairs)
    commands = '<pre>{}</pre>'.format('\n'.join(text(command) for command in run.commands.values()))
    return '<div class="card"><h4>{}</h4><dl>{}</dl>{}</div>\n'.format(
        text(run.label), items, details('Commands', commands))


def warnings(results):
    found = ['{}: made with --quick, which shows that the benches work; these numbers mean nothing.'.format(run.label)
             for run in results.runs if run.quick]
    if results.replaced:
        found.append('{} row{} measured more than once: the latest is shown.'.format(
            results.replaced, ' was' if results.replaced == 1 else 's were'))
    found += ['Left out: ' + trouble for trouble in results.troubles]
    return ''.join('<p class="warning">{}</p>\n'.format(text(line)) for line in found)


def glossary(runs):
    seen = {(question, row['way']) for run in runs for question in run.questions() for row in run.of(question)}
    items = []
    for questions, way, what in GLOSSARY:
        if any((question, way) in seen for question in questions.split()):
            name = '{} of {}'.format(way, questions) if way == 'floor' and ' ' not in questions else way
            items.append('<dt>{}</dt><dd>{}</dd>\n'.format(text(name), text(what)))
    return ''.join(items)


def write(results, sections, svgs):
    runs = results.runs
    links = [(anchor(it), it.title) for it in sections if not it.run] + [('reading', 'How to read it')]
    links += [(run.slug, run.label) for run in runs]
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        '<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n'.format(TITLE, style()),
        '<header>\n<h1>{}</h1>\n'.format(TITLE),
        '<nav>{}</nav>\n'.format(''.join('<a href="#{}">{}</a>\n'.format(*map(text, link)) for link in links)),
        warnings(results), '<div class="cards">\n', ''.join(map(card, runs)), '</div>\n',
        ''.join(details('The machine, by ' + path, '<pre>{}</pre>'.format(text(it))) for path, it in results.machines),
        '</header>\n',
    ]
    parts += [section(it, svgs) for it in sections if not it.run]
    parts.append(READING.format(glossary(runs)))
    for run in runs:
        device = run.facts['device']
        title = device if device.startswith(run.label) else '{}: {}'.format(run.label, device)
        parts.append('<h2 id="{}">{}</h2>\n'.format(run.slug, text(title)))
        parts += [section(it, svgs) for it in sections if it.run is run]
    return ''.join(parts + ['</body>\n</html>\n'])
