// A name that Linux programs use for what <sys/features.h> defines.
#include <sys/features.h>
