#!/usr/bin/env python3
"""Random kernels whose lanes part and meet again: generates the C source that diverge.c runs and judges.

    diverge.py --seed 1 --kernels 40 > kernels.c
    diverge.py --seed 1 --only 7 --drop 3,9 --unwrap 12 > one.c    without statements 3 and 9, the loop or branch
                                                                   around what statement 12 holds gone
    diverge.py --seed 1 --only 7 --reduce COMMAND                  drops what it can while COMMAND FILE still fails

What a lane computes may depend on its number and on answers to calls, never on which lanes it meets: then one lane
alone, on the host, must get the same.  diverge.h says what kernels are made of.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile

VARIABLES = 5     # v0.. of a lane; in functions too
ARRAY = 8         # elements of array `a`
CALLS_MAX = 24    # calls to the host a lane makes at most
PLACES = (0, 1, 1, 2, 2, 3, 6)  # ... from so many places: drivers may copy the client to each
ROUNDS_MAX = 120  # rounds of all loops around a statement, multiplied
DEPTH_MAX = 3     # of recursion


OPERATIONS = ('(%s + %s)', '(%s - %s)', '(%s * %s)', '(%s ^ %s)', '(%s & %s)', '(%s | %s)', '(%s << (%s & 63))',
              '(%s >> (%s & 63))', '(uint64_t)((int64_t)%s >> (%s & 63))', '(%s / (%s | 1))', '(%s %% (%s | 1))',
              '(uint64_t)((uint32_t)%s * (uint32_t)%s)', '(uint64_t)(uint8_t)(%s + %s)',
              '(uint64_t)(int16_t)(%s + %s)', 'diverge_mix(%s + %s)', '(uint64_t)((int64_t)%s < (int64_t)%s)')


class Statement:
    """Lines of text and lists of statements, in turn.  Everything has a number by which it can be dropped."""

    def __init__(self, number, parts):
        self.number, self.parts = number, parts

    def lines(self, indent, drop, unwrap):
        if self.number in drop:
            return
        for part in self.parts:
            if isinstance(part, list):
                inner = indent if self.number in unwrap else indent + 1
                for statement in part:
                    yield from statement.lines(inner, drop, unwrap)
            elif self.number not in unwrap:
                yield '    ' * indent + part

    def numbers(self):
        yield self.number, any(isinstance(part, list) for part in self.parts)
        for part in self.parts:
            if isinstance(part, list):
                for statement in part:
                    yield from statement.numbers()


class Scope:
    """Where a statement stands."""

    def __init__(self, **given):
        self.level = 0         # of nesting
        self.rounds = 1        # how often it runs at most, by the loops around it
        self.uniform = True    # all lanes of the wave come here together
        self.leaves = []       # 'break', 'continue', as far as a loop or switch around it takes them
        self.counters = ()     # of the loops around it
        self.function = None   # the function it stands in; None: the kernel
        self.__dict__.update(given)

    def inner(self, **changed):
        return Scope(**{**self.__dict__, 'level': self.level + 1, **changed})


class Function:
    def __init__(self, name):
        self.name = name
        self.counters = 0
        self.labels = 0
        self.body = []
        self.calls = 0         # to the host, with everything it calls, were it called at DEPTH_MAX
        self.open = True       # still being written: calling it is recursion
        self.recursions = 0


class Kernel:
    def __init__(self, seed, number, without=()):
        self.chance = random.Random('%d %d' % (seed, number))
        self.without = without
        self.name = 'diverge_%d' % number
        self.functions = []
        self.statements = 0
        self.calls_left = CALLS_MAX
        self.places_left = self.pick(*PLACES) if 'calls' not in without else 0
        self.ends = self.chance.random() < 0.4  # some lanes end early
        self.top = Function(self.name)
        self.top.body = self.block(Scope(), self.chance.randint(3, 6))

    # ------------------------------------------------------------------------------- expressions

    def pick(self, *choices):
        return self.chance.choice(choices)

    def leaf(self, scope):
        kind = self.chance.random()
        if kind < 0.55:
            return 'v%d' % self.chance.randrange(VARIABLES)
        if kind < 0.65:
            return 'lane'
        if kind < 0.75 and scope.counters:
            return self.pick(*scope.counters)
        if kind < 0.85:
            return 'a[v%d & %d]' % (self.chance.randrange(VARIABLES), ARRAY - 1)
        return '%du' % self.pick(1, 2, 3, 5, 7, 13, 100, 65535, 0x80000000)

    def expression(self, scope, depth=2):
        if depth == 0 or self.chance.random() < 0.15:
            return '(uint64_t)' + self.leaf(scope)
        x, y = self.expression(scope, depth - 1), self.expression(scope, depth - 1)
        return self.pick(*OPERATIONS) % (x, y)

    def small(self, scope, limit):
        """A number below limit."""
        return '(uint32_t)(%s %% %d)' % (self.pick('diverge_mix(%s)', '%s') % self.expression(scope, 1), limit)

    def condition(self, scope):
        of = self.chance.randint(2, 5)
        left, right = self.expression(scope, 1), self.expression(scope, 1)
        return self.pick('lane %% %d == %d' % (of, self.chance.randrange(of)),
                         '(lane & %d) != 0' % self.pick(1, 2, 4, 8, 16, 3),
                         '%s == %d' % (self.small(scope, of), self.chance.randrange(of)),
                         '%s != %d' % (self.small(scope, of), self.chance.randrange(of)),
                         'diverge_less(%s, diverge_mix(%s))' % (left, right),
                         'diverge_less(%s & 0xff, %s & 0xff)' % (left, right))

    def variable(self):
        return 'v%d' % self.chance.randrange(VARIABLES)

    # -------------------------------------------------------------------------------- statements

    def statement(self, *parts):
        self.statements += 1
        return Statement(self.statements, list(parts))

    def writer(self, scope):
        return scope.function or self.top

    def counter(self, scope):
        function = self.writer(scope)
        function.counters += 1
        return 'i%d' % (function.counters - 1)

    def label(self, scope):
        function = self.writer(scope)
        function.labels += 1
        return 'label%d' % (function.labels - 1)

    def block(self, scope, count):
        statements = []
        for _ in range(count):
            statements.append(self.any(scope))
        return statements

    def body(self, scope, most=3):
        return self.block(scope, self.chance.randint(1, most))

    def any(self, scope):
        """One statement that may stand here."""
        simple = [(self.assign, 8), (self.store, 3), (self.elect, 2)]
        if self.places_left and self.can_call(scope, 1):
            simple += [(self.nop, 2), (self.add, 4)]
        if scope.leaves:
            simple += [(self.leave, 5)]
        if scope.function or self.ends:
            simple += [(self.end, 1 if scope.function is None else 2)]
        if scope.uniform and 'meetings' not in self.without:
            simple += [(self.meet, 4)]
        if 'recursion' not in self.without and scope.function and scope.function.recursions < 2 and scope.rounds == 1:
            simple += [(self.recurse, 6)]
        nested = []
        if scope.level < 3:
            nested += [(self.branch, 7), (self.switch, 4)]
            if scope.rounds < ROUNDS_MAX / 3:
                nested += [(self.loop_for, 5), (self.loop_while, 4), (self.loop_do, 3), (self.loop_ever, 4),
                           (self.search, 3), (self.leap_out, 2), (self.leap_back, 2), (self.leap_in, 2)]
            if scope.uniform and scope.level < 2:
                nested += [(self.loop_uniform, 3)]
            if len(self.functions) < 4 or scope.function is None:
                nested += [(self.function_call, 3), (self.pointer_call, 2)]
        choices = simple + nested if self.chance.random() < 0.85 - 0.2 * scope.level else simple
        makers, weights = zip(*choices)
        return self.chance.choices(makers, weights)[0](scope)

    def can_call(self, scope, calls):
        return calls * scope.rounds <= self.calls_left

    def called(self, scope, calls):
        self.calls_left -= calls * scope.rounds
        if scope.function:
            scope.function.calls += calls * scope.rounds

    def assign(self, scope):
        return self.statement('%s %s %s;' % (self.variable(), self.pick('=', '+=', '^=', '-='), self.expression(scope)))

    def store(self, scope):
        index, how = self.small(scope, ARRAY), self.pick('=', '+=', '^=')
        return self.statement('a[%s] %s %s;' % (index, how, self.expression(scope)))

    def nop(self, scope):
        self.called(scope, 1)
        self.places_left -= 1
        return self.statement('%s += diverge_nop();' % self.variable())

    def answer(self, scope):
        """An expression that asks the host."""
        self.called(scope, 1)
        self.places_left -= 1
        return 'diverge_add(%s, %s)' % (self.expression(scope, 1), self.expression(scope, 1))

    def add(self, scope):
        if self.chance.random() < 0.3:
            asked = self.answer(scope)
            return self.statement('if (%s %% 3 == %d) {' % (asked, self.chance.randrange(3)),
                                  self.body(scope.inner(uniform=False)), '}')
        return self.statement('%s %s %s;' % (self.variable(), self.pick('=', '+='), self.answer(scope)))

    def elect(self, scope):
        return self.statement('%s += diverge_elect(args);' % self.variable())

    def meet(self, scope):
        """All lanes of the wave."""
        how = self.pick('lead', 'max', 'full') if not self.ends else self.pick('lead', 'max')
        return self.statement('%s += diverge_meet_%s(args);' % (self.variable(), how))

    def leave(self, scope):
        return self.statement('if (%s) %s;' % (self.condition(scope), self.pick(*scope.leaves)))

    def end(self, scope):
        if scope.function and (not self.ends or self.chance.random() < 0.7):
            return self.statement('if (%s) return %s;' % (self.condition(scope), self.expression(scope)))
        how = 'return;' if scope.function is None and self.chance.random() < 0.6 else 'hc_lane_end();'
        result = 'diverge_end(args, %s);' % self.expression(scope)
        return self.statement('if (diverge_mix(%s) %% 5 == 0) {' % self.pick('lane', self.variable()),
                              [self.statement(result), self.statement(how)], '}')

    def branch(self, scope):
        inner = scope.inner(uniform=False)
        parts = ['if (%s) {' % self.condition(scope), self.body(inner)]
        while self.chance.random() < 0.3 and len(parts) < 6:
            parts += ['} else if (%s) {' % self.condition(scope), self.body(inner)]
        if self.chance.random() < 0.5:
            parts += ['} else {', self.body(inner)]
        return self.statement(*parts, '}')

    def switch(self, scope):
        cases = self.chance.randint(2, 6)
        on = self.pick('lane', 'diverge_mix(%s)' % self.variable(), self.expression(scope, 1)) + ' %% %d' % cases
        inner = scope.inner(uniform=False, leaves=scope.leaves + ['break'])
        parts = ['switch (%s) {' % on]
        for case in range(cases):
            if self.chance.random() < 0.25:
                parts.append('case %d:' % case)
                continue
            last = case == cases - 1
            leaves = last or self.chance.random() < 0.6
            parts += ['case %d:' % case, self.body(inner, 2), '    break;' if leaves else '    DIVERGE_FALL;']
        if self.chance.random() < 0.5:
            parts += ['default:', self.body(inner, 2)]
        return self.statement(*parts, '    break;', '}')

    def loop_scope(self, scope, rounds, counter):
        return scope.inner(uniform=False, rounds=scope.rounds * rounds, leaves=['break', 'continue'],
                           counters=scope.counters + (counter,))

    def loop_for(self, scope):
        i, rounds = self.counter(scope), self.chance.randint(1, 5)
        trips = self.pick('%s' % self.small(scope, rounds + 1), 'lane %% %d' % (rounds + 1),
                          '%d - lane %% %d' % (rounds, rounds))
        end = self.counter(scope)
        return self.statement('%s = %s;' % (end, trips), 'for (%s = 0; %s < %s; %s++) {' % (i, i, end, i),
                              self.body(self.loop_scope(scope, rounds, i)), '}')

    def loop_while(self, scope):
        i, rounds = self.counter(scope), self.chance.randint(2, 5)
        inner = self.loop_scope(scope, rounds, i)
        if self.places_left and self.can_call(inner, 1) and self.chance.random() < 0.3:
            until = '%s %% 4 != 0' % self.answer(inner)
        else:
            until = self.condition(inner)
        return self.statement('%s = 0;' % i, 'while (%s++ < %d && %s) {' % (i, rounds, until), self.body(inner), '}')

    def loop_do(self, scope):
        i, rounds = self.counter(scope), self.chance.randint(1, 4)
        inner = self.loop_scope(scope, rounds, i)
        return self.statement('%s = 0;' % i, 'do {', self.body(inner),
                              '} while (++%s < %d && %s);' % (i, rounds, self.condition(inner)))

    def loop_ever(self, scope):
        i, rounds = self.counter(scope), self.chance.randint(1, 5)
        inner = self.loop_scope(scope, rounds, i)
        return self.statement('%s = 0;' % i, 'for (;;) {',
                              '    if (%s++ >= %s + 1) break;' % (i, self.small(scope, rounds)), self.body(inner),
                              '    if (%s) break;' % self.condition(inner), self.body(inner, 2), '}')

    def search(self, scope):
        """A value that leaves a loop whose other lanes go on."""
        i, of, found = self.counter(scope), self.pick(3, 5, 8), self.variable()
        inner = self.loop_scope(scope, 12, i)
        more = [self.elect(inner)] if self.chance.random() < 0.3 else []
        return self.statement('%s = 0;' % i, 'for (;;) {',
                              '    %s = diverge_mix(%s + %s);' % (found, self.expression(scope, 1), i),
                              '    if (%s %% %d == lane %% %d || %s >= 11) break;' % (found, of, of, i), more,
                              '    %s++;' % i, '}', '%s += %s * 2 + %s;' % (self.variable(), found, i))

    def loop_uniform(self, scope):
        """Where lanes meet again in every round."""
        i, rounds = self.counter(scope), self.chance.randint(2, 3)
        inner = scope.inner(rounds=scope.rounds * rounds, counters=scope.counters + (i,))
        last = [self.meet(inner)] if 'meetings' not in self.without else []
        return self.statement('for (%s = 0; %s < %d; %s++) {' % (i, i, rounds, i), self.body(inner) + last, '}')

    # Labels and what jumps there are one statement: dropping keeps the program whole.

    def leap_out(self, scope):
        i, j, rounds, label = self.counter(scope), self.counter(scope), self.chance.randint(2, 4), self.label(scope)
        inner = self.loop_scope(self.loop_scope(scope, rounds, i), rounds, j)
        return self.statement('for (%s = 0; %s < %d; %s++) {' % (i, i, rounds, i),
                              '    for (%s = 0; %s < %s + 1; %s++) {' % (j, j, self.small(scope, rounds), j),
                              self.body(inner), '        if (%s) goto %s;' % (self.condition(inner), label),
                              self.body(inner, 2), '    }',
                              self.body(self.loop_scope(scope, rounds, i), 2), '}', '%s:;' % label)

    def leap_back(self, scope):
        i, rounds, label = self.counter(scope), self.chance.randint(2, 4), self.label(scope)
        inner = scope.inner(uniform=False, rounds=scope.rounds * (rounds + 1), leaves=[],
                            counters=scope.counters + (i,))
        again = '%s++ < %s + 1 && %s' % (i, self.small(scope, rounds), self.condition(inner))
        return self.statement('%s = 0;' % i, '%s:;' % label, self.body(inner), 'if (%s) goto %s;' % (again, label))

    def leap_in(self, scope):
        """A loop with two ways in."""
        i, rounds, label = self.counter(scope), self.chance.randint(2, 4), self.label(scope)
        inner = self.loop_scope(scope, rounds + 1, i)
        return self.statement('%s = 0;' % i, 'if (%s) goto %s;' % (self.condition(scope), label),
                              'for (; %s < %s + 1; %s++) {' % (i, self.small(scope, rounds), i), self.body(inner, 2),
                              '    %s:;' % label, self.body(inner, 2), '}')

    # --------------------------------------------------------------------------------- functions

    def function_new(self):
        function = Function('%s_f%d' % (self.name, len(self.functions)))
        self.functions.append(function)
        left, self.calls_left = self.calls_left, min(self.calls_left, 3)
        most = self.calls_left
        function.body = self.block(Scope(function=function, uniform=False, level=2), self.chance.randint(2, 4))
        function.open = False
        function.calls = most - self.calls_left
        if function.recursions:
            function.calls *= sum(function.recursions ** depth for depth in range(DEPTH_MAX + 1))
        self.calls_left = left
        return function

    def function_for(self, scope):
        """One that may be called here, a new one if there is none."""
        for function in self.chance.sample(self.functions, len(self.functions)):
            if not function.open and self.can_call(scope, function.calls) and self.chance.random() < 0.6:
                return function
        if len(self.functions) >= 5:
            return None
        function = self.function_new()
        return function if self.can_call(scope, function.calls) else None

    def arguments(self, scope, depth):
        return 'args, %s, %s, a, %s' % (self.expression(scope, 1), self.expression(scope, 1), depth)

    def function_call(self, scope):
        function = self.function_for(scope)
        if not function:
            return self.assign(scope)
        self.called(scope, function.calls)
        return self.statement('%s %s %s(%s);' % (self.variable(), self.pick('=', '+='), function.name,
                                                 self.arguments(scope, self.small(scope, DEPTH_MAX + 1))))

    def pointer_call(self, scope):
        one, other = self.function_for(scope), self.function_for(scope)
        calls = max(one.calls if one else 0, other.calls if other else 0)
        if not one or not other or not self.can_call(scope, calls):
            return self.assign(scope)
        self.called(scope, calls)
        arguments = self.arguments(scope, self.small(scope, DEPTH_MAX + 1))
        return self.statement('f = %s ? %s : %s;' % (self.condition(scope), one.name, other.name),
                              '%s += f(%s);' % (self.variable(), arguments))

    def recurse(self, scope):
        function = scope.function
        function.recursions += 1
        call = '%s(%s)' % (function.name, self.arguments(scope, 'depth - 1'))
        return self.statement('if (depth > 0) %s += %s;' % (self.variable(), call))

    # -------------------------------------------------------------------------------------- text

    def body_text(self, function, own, drop, unwrap):
        lines = list(own)
        for i in range(function.counters):
            lines.append('    uint32_t i%d = 0;' % i)
        body = [line for statement in function.body for line in statement.lines(1, drop, unwrap)]
        if any(' f = ' in line for line in body):
            lines.append('    diverge_fn *f;')
        return lines + [''] + body

    def text(self, drop, unwrap):
        lines = []
        signature = '%s(struct diverge_args args, uint64_t x, uint64_t y, uint64_t *a, uint32_t depth)'
        for function in self.functions:
            lines.append('HC_COLD uint64_t %s;' % (signature % function.name))
        for function in self.functions:
            own = ['    const uint32_t lane = hc_global_id();'] + [
                '    uint64_t v%d = diverge_mix(%s + %d);' % (i, 'xy'[i % 2], i) for i in range(VARIABLES)]
            lines += ['HC_COLD uint64_t ' + signature % function.name, '{',
                      *self.body_text(function, own, drop, unwrap), '    (void)lane, (void)depth, (void)args, (void)a;',
                      '    return %s;' % ' + '.join('v%d * %d' % (i, 2 * i + 1) for i in range(VARIABLES)), '}']
        own = ['    const uint32_t lane = hc_global_id();'] + [
            '    uint64_t v%d = diverge_mix(args.seed + lane * 8 + %d);' % (i, i) for i in range(VARIABLES)] + [
                '    uint64_t a[%d];' % ARRAY, '    for (uint32_t i = 0; i < %d; i++) a[i] = args.seed * i;' % ARRAY]
        hashed = 'v0'
        for i in range(1, VARIABLES):
            hashed = 'diverge_mix(%s) + v%d' % (hashed, i)
        lines += ['HC_KERNEL(%s, struct diverge_args, args)' % self.name, '{',
                  *self.body_text(self.top, own, drop, unwrap),
                  '    for (uint32_t i = 0; i < %d; i++) v0 = diverge_mix(v0) + a[i];' % ARRAY,
                  '    diverge_end(args, %s);' % hashed, '}']
        return '\n'.join(lines) + '\n'

    def all_statements(self):
        for function in self.functions + [self.top]:
            for statement in function.body:
                yield from statement.numbers()


def source(seed, kernels, drop=frozenset(), unwrap=frozenset()):
    head = '// Made by diverge.py --seed %d.\n#include "tests/spirv/diverge.h"\n\n' % seed
    text = '\n'.join(kernel.text(drop, unwrap) for kernel in kernels)
    table = '\n#ifdef DIVERGE_NATIVE\nDIVERGE_TABLE(%s)\n#endif\n' % ', '.join(
        'DIVERGE_ENTRY(%s)' % kernel.name for kernel in kernels)
    return head + text + table


def reduce(options, kernel, drop, unwrap):
    """Drops and unwraps statements, large pieces first, as long as the command fails like it did at first."""
    path = os.path.join(tempfile.mkdtemp(prefix='diverge-'), 'diverge.c')

    def fails():
        with open(path, 'w', encoding='utf-8') as file:
            file.write(source(options.seed, [kernel], drop, unwrap))
        return subprocess.run(options.reduce.split() + [path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False).returncode == 1

    if not fails():
        sys.exit('the command does not end with status 1 for the whole kernel: ' + path)
    numbers = list(kernel.all_statements())
    again = True
    while again:
        again = False
        for number, compound in numbers:
            for done in (drop, unwrap) if compound else (drop,):
                if number in drop or number in done:
                    continue
                done.add(number)
                if fails():
                    again = True
                else:
                    done.discard(number)
    fails()
    print('diverge.py --seed %d --only %s --drop %s --unwrap %s\n%s' % (
        options.seed, options.only, ','.join(map(str, sorted(drop))), ','.join(map(str, sorted(unwrap))), path))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--kernels', type=int, default=40)
    parser.add_argument('--only', type=int, help='this kernel of them')
    parser.add_argument('--drop', default='', help='statements, by number')
    parser.add_argument('--unwrap', default='', help='likewise')
    parser.add_argument('--without', default='', help='of calls,meetings,recursion: no kernel has those')
    parser.add_argument('--reduce', help='a command: status 1 for a source that still fails, 0 for one that does not')
    parser.add_argument('-o', '--output')
    options = parser.parse_args()
    chosen = range(options.kernels) if options.only is None else [options.only]
    kernels = [Kernel(options.seed, number, options.without.split(',')) for number in chosen]
    drop, unwrap = ({int(n) for n in text.split(',') if n} for text in (options.drop, options.unwrap))
    if options.reduce:
        reduce(options, kernels[0], drop, unwrap)
        return
    text = source(options.seed, kernels, drop, unwrap)
    if options.output:
        with open(options.output, 'w', encoding='utf-8') as file:
            file.write(text)
    else:
        sys.stdout.write(text)


if __name__ == '__main__':
    main()
