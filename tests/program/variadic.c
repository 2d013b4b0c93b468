// Arguments in any number and of any kind.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct small {
    int a, b;
};
struct mixed {
    double d;
    char c;
    int i;
};
struct large {
    long values[7];
};

static double sum(const char *kinds, ...)
{
    va_list args;
    double total = 0;
    va_start(args, kinds);
    for (; *kinds; kinds++) switch (*kinds) {
        case 'i': total += va_arg(args, int); break;
        case 'l': total += (double)va_arg(args, long); break;
        case 'L': total += (double)va_arg(args, long long); break;
        case 'd': total += va_arg(args, double); break;
        case 'D': total += (double)va_arg(args, long double); break;
        case 's': total += (double)strlen(va_arg(args, const char *)); break;
        case 'S': {
            const struct small s = va_arg(args, struct small);
            total += s.a * 10 + s.b;
            break;
        }
        case 'M': {
            const struct mixed m = va_arg(args, struct mixed);
            total += m.d + m.c + m.i;
            break;
        }
        case 'G': {
            const struct large g = va_arg(args, struct large);
            for (int i = 0; i < 7; i++) total += (double)g.values[i];
            break;
        }
        case 'p': total += **va_arg(args, int **); break;
        }
    va_end(args);
    return total;
}

static int twice(char *to, size_t room, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    vsnprintf(to, room, format, again);
    va_end(again);
    va_end(args);
    return length;
}

static void rest(va_list *args, int count)
{
    while (count--) printf("%d ", va_arg(*args, int));
}

static void shared(int count, ...)
{
    va_list args;
    va_start(args, count);
    rest(&args, count / 2);
    printf("| ");
    rest(&args, count - count / 2);
    va_end(args);
    puts("");
}

static struct large made(int from, ...)
{
    struct large g;
    va_list args;
    va_start(args, from);
    for (int i = 0; i < 7; i++) g.values[i] = from + va_arg(args, int);
    va_end(args);
    return g;
}

int main(void)
{
    int one = 1, *at = &one;
    const struct large g = made(100, 1, 2, 3, 4, 5, 6, 7);
    printf("%g\n", sum("iiiiiiiiii", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    printf("%g\n", sum("dddddddddd", .5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5));
    printf("%g\n", sum("idlDsLiDd", 1, 2.0, 3L, 4.0L, "five5", 6LL, 7, 8.0L, 9.0));
    printf("%g\n", sum("iSMGpS", 1, (struct small){2, 3}, (struct mixed){0.5, 1, 2}, g, &at,
                       (struct small){4, 5}));
    printf("%g\n",
           sum("GMGiMd", g, (struct mixed){1.25, 2, 3}, g, -1, (struct mixed){8, 1, 1}, 0.125));
    printf("%g\n", sum("iid", (char)-1, (short)-2, 3.5f));
    char text[64];
    printf("%d", twice(text, sizeof text, "%s-%d-%g-%Lg-%c", "text", 12, 1.5, 2.5L, 'x'));
    printf(" %s\n", text);
    shared(7, 1, 2, 3, 4, 5, 6, 7);
    return 0;
}
