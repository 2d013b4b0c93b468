// fmaf(), rounded once: the product is exact in double, and the sum is rounded to odd before it becomes a float.
#include <math.h>
#include <stdint.h>

float fmaf(float x, float y, float z)
{
    double product = (double)x * y, sum = product + z, part, error;
    uint64_t bits;

    if (!(sum - sum == 0)) return (float)sum;  // infinite, NaN
    // what sum lost, exactly (Knuth's two-sum)
    part = sum - product;
    error = (product - (sum - part)) + (z - part);
    if (error == 0) return (float)sum;
    __builtin_memcpy(&bits, &sum, sizeof bits);
    if (!(bits & 1)) bits += (error > 0) == (sum > 0) ? 1 : -UINT64_C(1);
    __builtin_memcpy(&sum, &bits, sizeof sum);
    return (float)sum;
}
