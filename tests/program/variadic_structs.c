// What `...` carries besides numbers and pointers, through lists that are copied and handed on, and calls of functions
// that were declared without a prototype.
#include <complex.h>
#include <stdarg.h>
#include <stdio.h>

struct small {
    int a;
    float b;
};
struct two {
    long a;
    double b;
};
struct large {
    long a[5];
    char c;
};
struct floats {
    float x, y;
};

static void show_struct(char kind, va_list *list)
{
    if (kind == 's') {
        const struct small s = va_arg(*list, struct small);
        printf("small %d %g\n", s.a, s.b);
    } else if (kind == 't') {
        const struct two t = va_arg(*list, struct two);
        printf("two %ld %g\n", t.a, t.b);
    } else if (kind == 'l') {
        const struct large l = va_arg(*list, struct large);
        printf("large %ld %ld %d\n", l.a[0], l.a[4], l.c);
    } else {
        const struct floats f = va_arg(*list, struct floats);
        printf("floats %g %g\n", f.x, f.y);
    }
}

static void show(const char *kinds, ...)
{
    va_list list;
    va_start(list, kinds);
    for (; *kinds; kinds++) {
        if (*kinds == 'L') {
            printf("long double %Lg\n", va_arg(list, long double));
        } else if (*kinds == 'i') {
            const __int128 wide = va_arg(list, __int128);
            printf("wide %lx %lx\n", (long)(wide >> 64), (long)wide);
        } else if (*kinds == 'c') {
            const double complex c = va_arg(list, double complex);
            printf("complex %g %g\n", creal(c), cimag(c));
        } else if (*kinds == 'd') {
            printf("int %d\n", va_arg(list, int));
        } else {
            show_struct(*kinds, &list);
        }
    }
    va_end(list);
}

static double sum_twice(int n, ...)
{
    va_list list, again;
    double sum = 0;
    va_start(list, n);
    va_copy(again, list);
    for (int i = 0; i < n; i++) sum += va_arg(list, int) + va_arg(list, double);
    for (int i = 0; i < n; i++) sum += va_arg(again, int) + va_arg(again, double);
    va_end(again);
    va_end(list);
    return sum;
}

static void (*volatile indirect)(const char *, ...) = show;

static struct large make(int n, ...)
{
    va_list list;
    va_start(list, n);
    const struct large made = {{n, 0, 0, 0, va_arg(list, int)}, 7};
    va_end(list);
    return made;
}

int without_prototype();

int main(void)
{
    const struct small s = {1, 2.5f};
    const struct two t = {3, 4.5};
    const struct large l = {{5, 0, 0, 0, 6}, 7};
    const struct floats f = {8, 9};
    for (int i = 0; i < 2; i++)
        show("dstlfLdicd", i, s, t, l, f, (long double)1.25, 2, ((__int128)5 << 64) | 6,
             1.0 + 2.0 * I, 3);
    indirect("tdl", t, 42, l);
    printf("%g\n", sum_twice(3, 1, 2.5, 2, 3.5, 3, 4.5));
    printf("%d\n", without_prototype(3, 4));
    const struct large made = make(1, 99);
    printf("%ld %ld\n", made.a[0], made.a[4]);
    return 0;
}

int without_prototype(int a, int b) { return a * 10 + b; }
