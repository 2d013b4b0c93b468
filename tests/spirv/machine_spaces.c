// Pointers that memory cannot hold, those to workgroup memory, are made anew after a call.  A kernel that calls itself.
#include "machine_program.h"

#define SHARED __attribute__((address_space(3)))

static SHARED int board[64];
static SHARED struct cell {
    int16_t a;
    int8_t b[6];
} cells[16];
static int depth;

NOINLINE static int fill(int row, int n)
{
    SHARED int *here = &board[row * 8 + (n & 7)];
    SHARED struct cell *c = &cells[(row + n) & 15];
    SHARED int8_t *byte = &c->b[n % 6];
    *here += n;
    if (n == 0) return row;
    int sum = fill((row + 1) & 7, n - 1);
    *here += sum;
    *byte = (int8_t)(*byte + sum);
    for (int i = 0; i < 2; i++) {
        if (n > 2) sum += fill(row ^ 1, n - 3 + i) * *here;
        c->a = (int16_t)(c->a * 3 + *byte + i);
    }
    return sum & 0xffff;
}

// Called once at a time: it may even choose between such pointers, and take one as an argument.
NOINLINE static int choose(int n, SHARED int *from)
{
    SHARED int *p = n & 1 ? from + n : from + 3 * n;
    int sum = fill(n & 7, 3);
    for (int i = 0; i < 4; i++) {
        sum += *p * fill(i, 2) + *from;
        if (sum & 1) p++;
    }
    return sum;
}

void kernel(void)
{
    const int level = depth++;
    if (level == 0)
        for (int i = 0; i < 64; i++) board[i] = i;
    for (int i = 0; i < 16 && level == 0; i++) cells[i] = (struct cell){0};
    out(fill(level, 5 + level));
    if (level < 4) kernel();
    out(level);
    if (level == 3) out(choose(5, board) + choose(4, board + 9));
    if (level > 1) return;
    for (int i = 0; i < 64; i += 9) out(board[i]);
    for (int i = 0; i < 16; i++) out(cells[i].a + cells[i].b[i % 6]);
}
