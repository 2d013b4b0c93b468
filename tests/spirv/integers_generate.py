#!/usr/bin/env python3
"""Prints LLVM IR that C hardly leads to: every intrinsic and operation on all sorts of widths, i1 arithmetic,
aggregates, vectors, constant expressions.
Each test is a function i64(i64, i64) in the table that integers_generated.c goes through."""

WIDTHS = [1, 2, 3, 7, 8, 9, 16, 17, 24, 31, 32, 33, 37, 40, 48, 63, 64, 65, 80, 96, 100, 127, 128, 129, 144, 192, 200]
functions, declarations = [], {}


def declare(result, name, *params):
    declarations[name] = f'declare {result} @{name}({", ".join(params)})'


def operands(n):
    """%x and %y of n bits from %a and %b; %s: less than n."""
    lines = []
    for name, first, second in ('x', '%a', '%b'), ('y', '%b', '%a'):
        if n == 64:
            lines.append(f'%{name} = add i64 {first}, 0')
        elif n < 64:
            lines.append(f'%{name} = trunc i64 {first} to i{n}')
        else:
            lines += [f'%{name}1 = zext i64 {first} to i{n}', f'%{name}2 = zext i64 {second} to i{n}',
                      f'%{name}3 = shl i{n} %{name}2, {n - 64}', f'%{name} = xor i{n} %{name}1, %{name}3']
    lines += [f'%s0 = urem i64 %b, {n}', '%s = ' + ('add i64 %s0, 0' if n == 64 else
              f'trunc i64 %s0 to i{n}' if n < 64 else f'zext i64 %s0 to i{n}')]
    return lines


def folded(n, value='%r', to='%out'):
    """An i64 of all of a value's bits."""
    if n == 64:
        return [f'{to} = add i64 {value}, 0']
    if n < 64:
        return [f'{to} = zext i{n} {value} to i64']
    lines, all_so_far = [], '0'
    tag = to.strip('%')
    for k in range(0, n, 64):
        lines += [f'%{tag}s{k} = lshr i{n} {value}, {k}', f'%{tag}t{k} = trunc i{n} %{tag}s{k} to i64',
                  f'%{tag}m{k} = mul i64 {all_so_far}, 31', f'%{tag}x{k} = add i64 %{tag}m{k}, %{tag}t{k}']
        all_so_far = f'%{tag}x{k}'
    return lines + [f'{to} = add i64 {all_so_far}, 0']


def test(name, lines):
    functions.append((name, '\n'.join('  ' + x for x in lines)))


def on(name, n, lines, result=None):
    test(f'{name}.i{n}', operands(n) + lines + folded(n if result is None else result) + ['ret i64 %out'])


def plain(n):
    for op in 'add sub mul and or xor'.split():
        on(op, n, [f'%r = {op} i{n} %x, %y'])
    for op in 'shl lshr ashr'.split():
        on(op, n, [f'%r = {op} i{n} %x, %s'])
        for by in sorted({0, min(1, n - 1), n // 2, n - 1, min(63, n - 1), min(64, n - 1)}):
            on(f'{op}.{by}', n, [f'%r = {op} i{n} %x, {by}'])
        # Poison, but not chosen.
        on(f'{op}.guarded', n, [f'%c = icmp ult i64 %a, {n}', f'%t = zext i64 %a to i{max(n, 65)}',
                                f'%u = trunc i{max(n, 65)} %t to i{n}' if n < 65 else f'%u = or i{n} %t, 0',
                                f'%v = {op} i{n} %y, %u', f'%r = select i1 %c, i{n} %v, i{n} %x'])
    if n <= 128:
        for op in 'udiv urem sdiv srem'.split():
            on(op, n, [f'%z = icmp eq i{n} %y, 0', f'%m = icmp eq i{n} %y, -1', '%c = or i1 %z, %m',
                       f'%d = select i1 %c, i{n} 1, i{n} %y' if n > 1 else '%d = or i1 %y, true',
                       f'%r = {op} i{n} {"false" if n == 1 and op == "sdiv" else "%x"}, %d'])
    for p in 'eq ne ugt uge ult ule sgt sge slt sle'.split():
        on(f'icmp.{p}', n, [f'%r = icmp {p} i{n} %x, %y'], 1)
        on(f'icmp.{p}.same', n, [f'%w = or i{n} %x, 1', f'%r = icmp {p} i{n} %x, %w'], 1)
    on('freeze', n, [f'%f = freeze i{n} %x', f'%r = add i{n} %f, %y'])
    on('undefined', n, [f'%c = icmp ult i64 %a, %b', f'%t = select i1 %c, i{n} undef, i{n} %x',
                        f'%r = select i1 %c, i{n} %y, i{n} %t'])
    on('number', n, [f'%t = xor i{n} %x, {12345678901234567890123456789012345678901234567890 % 2 ** n}',
                     f'%r = sub i{n} {2 ** (n - 1) if n > 1 else 1}, %t'])


def memory(n):
    on('memory', n, ['%p = alloca [64 x i8], align 32', f'store [8 x i64] zeroinitializer, ptr %p, align 8',
                     f'store i{n} %x, ptr %p, align 16', '%q = getelementptr i8, ptr %p, i64 33',
                     f'store volatile i{n} %y, ptr %q, align 1', f'%t = load i{n}, ptr %p, align 4',
                     f'%u = load volatile i{n}, ptr %q, align 1', f'%r = add i{n} %t, %u'])
    # Nothing but the bytes it takes.
    on('bytes', n, ['%p = alloca [40 x i8], align 8', '%q = getelementptr i8, ptr %p, i64 2',
                    'store i64 -1, ptr %p, align 8'] +
       [f'%p{k} = getelementptr i8, ptr %p, i64 {k}\n  store i64 %a, ptr %p{k}, align 8' for k in (8, 16, 24, 32)] +
       [f'store i{n} %y, ptr %q, align 2'] +
       [f'%v{k} = load i64, ptr %{"p" if not k else f"p{k}"}, align 8' for k in (0, 8, 16, 24, 32)] +
       ['%w1 = mul i64 %v0, 3', '%w2 = add i64 %w1, %v8', '%w3 = mul i64 %w2, 3', '%w4 = add i64 %w3, %v16',
        '%w5 = mul i64 %w4, 3', '%w6 = add i64 %w5, %v24', '%w7 = mul i64 %w6, 3', '%r = add i64 %w7, %v32'], 64)


def intrinsics(n):
    for name in 'umin umax smin smax uadd.sat usub.sat sadd.sat ssub.sat'.split():
        declare(f'i{n}', f'llvm.{name}.i{n}', f'i{n}', f'i{n}')
        on(name, n, [f'%r = call i{n} @llvm.{name}.i{n}(i{n} %x, i{n} %y)'])
    for name in 'ushl.sat sshl.sat'.split():
        declare(f'i{n}', f'llvm.{name}.i{n}', f'i{n}', f'i{n}')
        on(name, n, [f'%r = call i{n} @llvm.{name}.i{n}(i{n} %x, i{n} %s)'])
    for name in 'fshl fshr'.split():
        declare(f'i{n}', f'llvm.{name}.i{n}', f'i{n}', f'i{n}', f'i{n}')
        if n <= 128:  # it takes a division
            on(name, n, [f'%r = call i{n} @llvm.{name}.i{n}(i{n} %x, i{n} %y, i{n} %s)'])
            on(f'{name}.any', n, [f'%r = call i{n} @llvm.{name}.i{n}(i{n} %x, i{n} %y, i{n} %y)'])
        for by in sorted({0, 1, n // 2, n - 1, min(2 ** n - 1, n + 1)}):
            on(f'{name}.{by}', n, [f'%r = call i{n} @llvm.{name}.i{n}(i{n} %x, i{n} %y, i{n} {by})'])
    for name in 'ctpop bitreverse'.split() + (['bswap'] if n % 16 == 0 else []):
        declare(f'i{n}', f'llvm.{name}.i{n}', f'i{n}')
        on(name, n, [f'%r = call i{n} @llvm.{name}.i{n}(i{n} %x)'])
    for name in 'ctlz cttz'.split():
        declare(f'i{n}', f'llvm.{name}.i{n}', f'i{n}', 'i1')
        if n > 2:
            on(name, n, [f'%t = call i{n} @llvm.{name}.i{n}(i{n} %x, i1 false)', f'%m = and i{n} %x, %y',
                         f'%u = call i{n} @llvm.{name}.i{n}(i{n} %m, i1 false)', f'%v = or i{n} %x, 2',
                         f'%w = call i{n} @llvm.{name}.i{n}(i{n} %v, i1 true)', f'%q = add i{n} %t, %u',
                         f'%r = xor i{n} %q, %w'])
    declare(f'i{n}', f'llvm.abs.i{n}', f'i{n}', 'i1')
    on('abs', n, [f'%r = call i{n} @llvm.abs.i{n}(i{n} %x, i1 false)'])
    if n > 1:
        for name in 'ucmp scmp'.split():
            for m in 2, 8, 32, 70:
                declare(f'i{m}', f'llvm.{name}.i{m}.i{n}', f'i{n}', f'i{n}')
                on(f'{name}.{m}', n, [f'%r = call i{m} @llvm.{name}.i{m}.i{n}(i{n} %x, i{n} %y)'], m)
    for name in 'uadd usub sadd ssub umul smul'.split():
        if 'mul' in name and n > 128:
            continue
        declare(f'{{i{n}, i1}}', f'llvm.{name}.with.overflow.i{n}', f'i{n}', f'i{n}')
        call = f'%p = call {{i{n}, i1}} @llvm.{name}.with.overflow.i{n}(i{n} %x, i{n} %y)'
        on(f'{name}.over', n, [call, f'%v = extractvalue {{i{n}, i1}} %p, 0', f'%o = extractvalue {{i{n}, i1}} %p, 1',
                               f'%w = zext i1 %o to i{n}' if n > 1 else '%w = or i1 %o, false',
                               f'%r = xor i{n} %v, %w'])
        on(f'{name}.pair', n, [call, '%m = alloca [64 x i8], align 32', '%c = icmp ult i64 %a, %b',
                               f'%q = select i1 %c, {{i{n}, i1}} %p, {{i{n}, i1}} zeroinitializer',
                               f'%f = freeze {{i{n}, i1}} %q',
                               f'store {{i{n}, i1}} %f, ptr %m, align 8', f'%l = load {{i{n}, i1}}, ptr %m, align 8',
                               f'%v = extractvalue {{i{n}, i1}} %l, 0', f'%o = extractvalue {{i{n}, i1}} %l, 1',
                               f'%r = select i1 %o, i{n} %v, i{n} %y'])


def casts(n):
    for m in WIDTHS:
        if m < n:
            on(f'trunc.{m}', n, [f'%r = trunc i{n} %x to i{m}'], m)
        if m > n:
            on(f'zext.{m}', n, [f'%r = zext i{n} %x to i{m}'], m)
            on(f'sext.{m}', n, [f'%r = sext i{n} %x to i{m}'], m)
    if n > 128:
        return
    for kind, back, width in ('float', 'i32', 32), ('double', 'i64', 64):
        for sign in 'us':
            on(f'{sign}itofp.{kind}', n, [f'%f = {sign}itofp i{n} %x to {kind}',
                                               f'%r = bitcast {kind} %f to {back}'], width)
            name = f'llvm.fpto{sign}i.sat.i{n}.f{width}'
            if n == 1 and sign == 's':
                continue
            declare(f'i{n}', name, kind)
            # Any bits, and something near the width's ends.
            on(f'fpto{sign}i.sat.any.{kind}', n, [f'%t = {"trunc i64 %a to i32" if width == 32 else "add i64 %a, 0"}',
                                                  f'%f = bitcast {back} %t to {kind}',
                                                  f'%r = call i{n} @{name}({kind} %f)'])
            on(f'fpto{sign}i.sat.{kind}', n, [f'%f = sitofp i{n} %x to {kind}', f'%g = fmul {kind} %f, 1.5',
                                              f'%r = call i{n} @{name}({kind} %g)'])
            if n > 1:
                on(f'fpto{sign}i.{kind}', n, [f'%m = lshr i{n} %x, {max(1, n - 60)}', f'%f = uitofp i{n} %m to {kind}',
                                              f'%g = fmul {kind} %f, 0.25', f'%r = fpto{sign}i {kind} %g to i{n}'])
    on('ptrtoint', n, ['%p = inttoptr i64 %a to ptr', f'%r = ptrtoint ptr %p to i{n}'])
    on('inttoptr', n, [f'%p = inttoptr i{n} %x to ptr', '%r = ptrtoint ptr %p to i64'], 64)
    on('index', n, [f'%p = inttoptr i64 %a to ptr', f'%q = getelementptr i32, ptr %p, i{n} %y',
                      '%r = ptrtoint ptr %q to i64'], 64)


def flow(n):
    """Calls, loops, two edges to one block, aggregates."""
    functions.append((f'call.{n}', None))
    print(f'''
define internal i{n} @"swap.{n}"(i{n} %x, i1 zeroext %c, i{n} %y, ptr noundef %p) noinline convergent {{
  store i64 5, ptr %p
  %r = select i1 %c, i{n} %x, i{n} %y
  ret i{n} %r
}}
define internal {{i{n}, [2 x i24], i1}} @"many.{n}"({{i1, i{n}}} %x) noinline {{
  %v = extractvalue {{i1, i{n}}} %x, 1
  %c = extractvalue {{i1, i{n}}} %x, 0
  %t = insertvalue {{i{n}, [2 x i24], i1}} {{i{n} 1, [2 x i24] [i24 -1, i24 77], i1 true}}, i{n} %v, 0
  %r = insertvalue {{i{n}, [2 x i24], i1}} %t, i1 %c, 2
  ret {{i{n}, [2 x i24], i1}} %r
}}
define i64 @"call.{n}"(i64 %a, i64 %b) noinline {{''')
    print('\n'.join('  ' + x for x in operands(n)) + f'''
  %p = alloca i64
  store ptr @"swap.{n}", ptr @pointer
  %odd = trunc i64 %a to i1
  %via = load volatile ptr, ptr @pointer
  %u = call i{n} @"swap.{n}"(i{n} %x, i1 zeroext %odd, i{n} %y, ptr %p)
  %v = call i{n} %via(i{n} %y, i1 zeroext %odd, i{n} %x, ptr %p)
  %g = insertvalue {{i1, i{n}}} poison, i{n} %u, 1
  %h = insertvalue {{i1, i{n}}} %g, i1 %odd, 0
  %m = call {{i{n}, [2 x i24], i1}} @"many.{n}"({{i1, i{n}}} %h)
  br label %loop
loop:
  %i = phi i64 [0, %0], [%j, %next]
  %t = phi i{n} [%v, %0], [%w, %next]
  %pair = phi {{i{n}, [2 x i24], i1}} [%m, %0], [%pair1, %next]
  %c = icmp ult i64 %i, 5
  br i1 %c, label %next, label %end
next:
  %j = add i64 %i, 1
  %k = mul i{n} %t, %t
  %w = xor i{n} %k, %x
  %pair1 = insertvalue {{i{n}, [2 x i24], i1}} %pair, i24 9, 1, 0
  br label %loop
end:
  br i1 %odd, label %last, label %last
last:
  %two = phi i{n} [ptrtoint (ptr @pointer to i{n}), %end], [ptrtoint (ptr @pointer to i{n}), %end]
  %know = icmp eq i{n} %two, ptrtoint (ptr @pointer to i{n})
  %z = zext i1 %know to i64
  %q = extractvalue {{i{n}, [2 x i24], i1}} %pair, 0
  %o = extractvalue {{i{n}, [2 x i24], i1}} %pair, 1, 0
  %o1 = zext i24 %o to i64
  %r = add i{n} %q, %t
  %stored = load i64, ptr %p
''' + '\n'.join('  ' + x for x in folded(n)) + '''
  %s1 = add i64 %out, %z
  %s2 = add i64 %s1, %o1
  %s3 = add i64 %s2, %stored
  ret i64 %s3
dead:
  %never = add i64 %never, 1
  br label %dead
}''')


def others():
    declare('ptr', 'llvm.ptrmask.p0.i64', 'ptr', 'i64')
    test('ptrmask', ['%p = inttoptr i64 %a to ptr', '%q = call ptr @llvm.ptrmask.p0.i64(ptr %p, i64 %b)',
                     '%r = ptrtoint ptr %q to i64', 'ret i64 %r'])
    declare('i1', 'llvm.expect.i1', 'i1', 'i1')
    declare('i1', 'llvm.is.constant.i64', 'i64')
    test('expect', ['%c = icmp ult i64 %a, %b', '%e = call i1 @llvm.expect.i1(i1 %c, i1 true)',
                    '%k = call i1 @llvm.is.constant.i64(i64 %a)', '%f = or i1 %e, %k',
                    '%r = zext i1 %f to i64', 'ret i64 %r'])
    test('constants', [
        '%t = zext i128 add (i128 ptrtoint (ptr @pointer to i128), i128 36893488147419103232) to i192',
        '%u = lshr i192 %t, 64', '%v = trunc i192 %u to i64',
        '%w = load i64, ptr inttoptr (i128 ptrtoint (ptr @seven to i128) to ptr)',
        '%x = zext i8 sub (i8 ptrtoint (ptr @seven to i8), i8 ptrtoint (ptr @seven to i8)) to i64',
        '%y = add i64 %v, %w', '%r = add i64 %x, %y', 'ret i64 %r'])
    for op in 'add sub max min umax umin nand uinc_wrap udec_wrap usub_cond usub_sat xchg'.split():
        for n in 8, 16, 32, 64:
            cut = '%x = ' + ('add i64 %b, 0' if n == 64 else f'trunc i64 %b to i{n}')
            test(f'atomic.{op}.{n}', ['%p = alloca [4 x i64], align 8', 'store i64 %a, ptr %p, align 8',
                                      f'%q = getelementptr i{n}, ptr %p, i64 {64 // n - 1}', cut,
                                      f'%o = atomicrmw volatile {op} ptr %q, i{n} %x acq_rel, align {n // 8}',
                                      f'%o1 = {"add i64 %o, 0" if n == 64 else f"zext i{n} %o to i64"}',
                                      '%l = load i64, ptr %p, align 8', '%r = xor i64 %l, %o1', 'ret i64 %r'])
    for op, kind, n in ('fadd', 'float', 32), ('fsub', 'double', 64), ('fmax', 'float', 32), ('fmin', 'double', 64):
        test(f'atomic.{op}', ['%p = alloca double, align 8', f'%x = sitofp i64 %a to {kind}',
                              f'%y = sitofp i64 %b to {kind}', f'store {kind} %x, ptr %p, align 8',
                              f'%o = atomicrmw {op} ptr %p, {kind} %y seq_cst, align 8',
                              f'%l = load {kind}, ptr %p, align 8', f'%s = fsub {kind} %l, %o',
                              f'%d = {"fpext float %s to double" if n == 32 else "fadd double %s, 0.0"}',
                              '%r = bitcast double %d to i64', 'ret i64 %r'])


def vectors():
    """What the scalarizer leaves of them."""
    for n, kind, bits in ((4, 'i32', 128), (2, 'double', 128), (16, 'i8', 128), (3, 'i8', 24), (8, 'i1', 8),
                          (4, 'i16', 64), (2, 'ptr', 128)):
        whole = ['%t = or i128 %y0, 0'] if bits == 128 else [f'%t = trunc i128 %y0 to i{bits}']
        lines = ['%a1 = zext i64 %a to i128', '%b1 = zext i64 %b to i128', '%b2 = shl i128 %b1, 64',
                 '%y0 = or i128 %a1, %b2'] + whole
        if kind == 'ptr':
            lines += [f'%u = bitcast i{bits} %t to <{n} x i64>', f'%v = inttoptr <{n} x i64> %u to <{n} x ptr>']
        else:
            lines += [f'%v = bitcast i{bits} %t to <{n} x {kind}>']
        mask = ', '.join(f'i32 {(k * 7 + 3) % (2 * n)}' for k in range(n))
        lines += ['%p = alloca [32 x i8], align 16', f'store <{n} x {kind}> %v, ptr %p, align 8',
                  f'%l = load volatile <{n} x {kind}>, ptr %p, align 8', '%c = icmp ult i64 %a, %b',
                  f'%w = select i1 %c, <{n} x {kind}> %v, <{n} x {kind}> %l',
                  f'%e = extractelement <{n} x {kind}> %l, i32 {n - 1}',
                  f'%i = insertelement <{n} x {kind}> %w, {kind} %e, i32 0', f'%f = freeze <{n} x {kind}> %i',
                  f'%s = shufflevector <{n} x {kind}> %f, <{n} x {kind}> %v, <{n} x i32> <{mask}>']
        if kind == 'ptr':
            lines += [f'%x = ptrtoint <{n} x ptr> %s to <{n} x i64>', f'%r = bitcast <{n} x i64> %x to i{bits}']
        else:
            lines += [f'%r = bitcast <{n} x {kind}> %s to i{bits}']
        test(f'vector.{n}.{kind}', lines + folded(bits) + ['ret i64 %out'])


def main():
    print('@pointer = global ptr null\n@seven = global i64 7\n')
    for n in WIDTHS:
        plain(n)
        memory(n)
        intrinsics(n)
        casts(n)
        flow(n)
    others()
    vectors()
    for name, body in functions:
        if body is not None:
            print(f'define i64 @"{name}"(i64 %a, i64 %b) noinline {{\n{body}\n}}')
    print('\n'.join(declarations.values()))
    for k, (name, _) in enumerate(functions):
        print(f'@name{k} = private constant [{len(name) + 1} x i8] c"{name}\\00"')
    print('@tests = constant [%d x {ptr, ptr}] [%s]' % (len(functions), ', '.join(
        f'{{ptr, ptr}} {{ptr @name{k}, ptr @"{name}"}}' for k, (name, _) in enumerate(functions))))
    print(f'@test_count = constant i64 {len(functions)}')


main()
