"""Numbers as people read them."""


def brief(value):
    """Three digits that count."""
    return '{:g}'.format(float('{:.3g}'.format(value)))


def digits(value):
    """Four digits that count, without an exponent where it can be helped."""
    if value is None:
        return '-'
    if value >= 1000:
        return '{:,.0f}'.format(value) if value < 1e9 else '{:.3g}'.format(value)
    return '{:.4g}'.format(value) if value >= 0.001 or value == 0 else '{:.2g}'.format(value)


def time(ns):
    for unit, size in (('ns', 1), ('us', 1e3), ('ms', 1e6)):
        if ns < 1000 * size:
            return brief(ns / size) + ' ' + unit
    return brief(ns / 1e9) + ' s'


def size(count):
    for unit, step in (('B', 1), ('KiB', 1 << 10)):
        if count < step << 10:
            return brief(count / step) + ' ' + unit
    return brief(count / (1 << 20)) + ' MiB'


def share(part):
    return brief(100 * part) + ' %'


def times(ratio):
    """How often the floor fits into it."""
    if ratio is None:
        return '-'
    return '{:.2f}'.format(ratio) if ratio >= 0.01 else '{:.1g}'.format(ratio)


def plural(count, word):
    return '{:,} {}{}'.format(count, word, '' if count == 1 else 's')
