#!/usr/bin/env python3
"""Prints a random C program of functions that call each other in circles: machine_random.py SEED

Every function counts down its first argument, so the program ends; all arithmetic is unsigned.  Calls stand in loops,
conditions, arguments and behind gotos; locals of all sizes live across them, and pointers to locals go down.
"""
import random
import sys

TYPES = ['uint8_t', 'uint16_t', 'uint32_t', 'uint64_t', 'bool', 'unsigned __int128', 'float']
HEAD = '''#include "machine_program.h"

struct small { uint16_t a; uint8_t b; };
struct large { uint64_t a[5]; uint32_t b; uint8_t c[3]; };
static uint32_t budget = %d, trail;
static int32_t ends = %d;
static void note(uint64_t x)
{
    trail = trail * 31 + (uint32_t)(x ^ x >> 32);
    if (trail %% 97 == 0) out(trail);
    if (ends-- == 0) hc_spirv_end();
}
'''


class Function:
    def __init__(self, program, number):
        self.program, self.number, self.chance = program, number, program.chance
        self.arguments = [self.chance.choice(TYPES + ['struct small', 'struct large', 'uint32_t *'])
                          for _ in range(self.chance.randrange(5))]
        self.result = self.chance.choice(TYPES + ['void', 'struct small', 'struct large'])

    def declaration(self):
        arguments = ''.join(f', {t} a{i}' for i, t in enumerate(self.arguments))
        inline = self.chance.choice(['NOINLINE '] * 4 + [''])
        return f'{inline}static {self.result} f{self.number}(uint32_t fuel{arguments})'

    # -------------------------------------------------------------------------------- expressions

    def value(self, depth=2):
        """Something that converts to uint64_t."""
        pick = self.chance.random()
        if depth == 0 or pick < 0.25:
            return self.leaf()
        if pick < 0.4:
            return f'(uint64_t)({self.value(depth - 1)} {self.chance.choice(["<", "==", ">", "!="])} {self.value(depth - 1)})'
        if pick < 0.5:
            return f'({self.value(depth - 1)} ? {self.value(depth - 1)} : {self.value(depth - 1)})'
        if pick < 0.55:
            return f'({self.value(depth - 1)} >> {self.chance.randrange(1, 40)})'
        if pick < 0.62 and self.calls:
            return self.call(depth)
        return f'({self.value(depth - 1)} {self.chance.choice("+-*^&|")} {self.value(depth - 1)})'

    def leaf(self):
        choice = self.chance.choice
        leaves = [str(self.chance.choice([0, 1, 2, 3, 7, 255, 65535, 1 << 31])) + 'ul', 'fuel', 'trail']
        leaves += [f'(uint64_t)v{i}' for i in range(len(self.locals))]
        leaves += ['array[fuel % 6]', 'array[v_i % 6]', 'small.a', 'small.b', 'large.a[fuel % 5]', 'large.c[1]', 'large.b']
        for i, t in enumerate(self.arguments):
            leaves.append({'struct small': f'a{i}.a', 'struct large': f'(a{i}.a[{self.chance.randrange(5)}] + a{i}.c[2])',
                           'uint32_t *': f'a{i}[{self.chance.randrange(4)}]', 'float': f'(uint64_t)a{i}'}
                          .get(t, f'(uint64_t)a{i}'))
        return '(uint64_t)' + choice(leaves)

    def convert(self, to, depth):
        if to == 'struct small':
            return self.chance.choice(['small', f'((struct small){{(uint16_t){self.value(depth)}, 3}})'])
        if to == 'struct large':
            return self.chance.choice(['large', f'((struct large){{{{{self.value(depth)}, 7}}, 5, {{1, 2, 3}}}})'])
        if to == 'uint32_t *':
            return self.chance.choice(['array', 'array + 2', 'array + (fuel & 1)'] +
                                      [f'a{i}' for i, t in enumerate(self.arguments) if t == to])
        if to == 'float':
            return f'(float)({self.value(depth)} & 4095)'
        return f'({to}){self.value(depth)}'

    def call(self, depth, result=True):
        callee = self.chance.choice(self.program.functions)
        arguments = ''.join(', ' + self.convert(t, max(depth - 1, 0)) for t in callee.arguments)
        self.calls -= 1
        text = f'f{callee.number}(fuel - 1{arguments})'
        if not result:
            return text
        # Nothing is called without fuel.
        tail = {'struct small': f'{text}.a', 'struct large': f'{text}.a[{self.chance.randrange(5)}]',
                'void': f'({text}, 1u)', 'float': f'(uint64_t){text}'}.get(callee.result, f'(uint64_t){text}')
        return f'(go(fuel) ? {tail} : {self.leaf()})'

    # --------------------------------------------------------------------------------- statements

    def target(self):
        targets = [f'v{i}' for i in range(len(self.locals))] + ['array[v_i % 6]', 'small.b', 'large.a[2]', 'large.c[fuel % 3]']
        targets += [f'a{i}' for i, t in enumerate(self.arguments) if t in TYPES]
        targets += [f'a{i}[1]' for i, t in enumerate(self.arguments) if t == 'uint32_t *']
        return self.chance.choice(targets)

    def assign(self):
        target = self.target()
        if target[0] == 'v' and target[1] != '_' and self.locals[int(target[1:])] == 'float':
            return f'{target} = (float)({self.value()} & 1023);'
        if target[0] == 'a' and target[1:].isdigit() and self.arguments[int(target[1:])] == 'float':
            return f'{target} = (float)({self.value()} & 1023);'
        kind = self.locals[int(target[1:])] if target[0] == 'v' and target[1:].isdigit() else 'uint64_t'
        return f'{target} = ({kind})({self.value(3)});'

    def statement(self, depth):
        pick = self.chance.random()
        if depth == 0 or pick < 0.3:
            return [self.assign()]
        if pick < 0.4 and self.calls:
            call = self.call(2, False)
            return [f'if (go(fuel)) {call};']
        if pick < 0.45:
            return [f'note({self.value()});']
        if pick < 0.6:
            other = ['} else {'] + self.block(depth - 1) if self.chance.random() < 0.5 else []
            return [f'if ({self.value()}) {{'] + self.block(depth - 1) + other + ['}']
        if pick < 0.75:
            i = f'i{depth}'
            return ([f'for (uint32_t {i} = 0; {i} < {self.chance.randrange(1, 5)}; {i}++, v_i++) {{'] + self.block(depth - 1) +
                    [self.chance.choice(['', f'if ({self.value()}) break;', f'if ({self.value()}) continue;', f'note({i});'])] +
                    ['}'])
        if pick < 0.85:
            cases = []
            for k in range(self.chance.randrange(1, 5)):
                cases += [f'case {k}:'] + self.block(depth - 1) + self.chance.choice([['break;'], [';']])
            return [f'switch ({self.value()} % 5) {{'] + cases + ['}']
        if pick < 0.92:
            return [f'if ({self.value()} && go_on(&v_i)) goto l{self.chance.randrange(3)};']
        return [f'if ({self.value()}) ' + self.give()]

    def give(self):
        if self.result == 'void':
            return 'return;'
        return f'return {self.convert(self.result, 2)};'

    def block(self, depth):
        lines = []
        for _ in range(self.chance.randrange(1, 4)):
            lines += self.statement(depth)
        return lines

    def text(self):
        self.locals = [self.chance.choice(TYPES) for _ in range(self.chance.randrange(1, 7))]
        many = self.chance.random() < 0.2
        self.calls = self.chance.randrange(20, 60) if many else self.chance.randrange(1, 6)
        lines = [self.declaration(), '{']
        lines += ['uint32_t v_i = 0, array[6] = {fuel, 1, 2};', 'struct small small = {(uint16_t)fuel, 7};',
                  'struct large large = {{1, fuel, 3}, 4, {5, 6, 7}};']
        lines += [f'{t} v{i} = ({t})fuel;' for i, t in enumerate(self.locals)]
        for k in range(3):
            lines += [f'l{k}:;']
            for _ in range(6 if many else 1):
                lines += self.block(3)
        return lines + [self.give(), '}', '']


class Program:
    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.functions = []
        for i in range(self.chance.randrange(2, 9)):
            self.functions.append(Function(self, i))

    def text(self):
        ends = self.chance.choice([-1, -1, 40, 300])
        lines = (HEAD % (self.chance.choice([300, 2000]), ends)).split('\n')
        lines += ['static bool go(uint32_t fuel) { return fuel && budget && budget--; }',
                  'static bool go_on(uint32_t *count) { return (*count += 3) < 12; }']
        lines += [f.declaration() + ';' for f in self.functions]
        for f in self.functions:
            lines += f.text()
        lines += ['void kernel(void)', '{', 'uint32_t array[6] = {9, 8, 7, 6, 5, 4}, fuel = 8, v_i = 1;',
                  'struct small small = {5, 6};', 'struct large large = {{1, 2}, 3, {4}};', '(void)small, (void)large, (void)v_i;',
                  '(void)array, (void)fuel;']
        main = Function(self, -1)
        main.arguments, main.locals, main.calls = [], [], 99
        for f in self.functions:
            main.program = type('One', (), {'functions': [f], 'chance': self.chance})
            lines += ['budget += 50;', main.call(1, False) + ';', 'out(trail);']
        return '\n'.join(lines + ['out(budget);', '}', ''])


print(Program(int(sys.argv[1])).text())
