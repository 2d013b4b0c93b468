// llround: newlib's shifts by too much where numbers have no fraction.
#include <math.h>

long long llround(double x) { return (long long)round(x); }
