// Another name for <poll.h>.
#include <poll.h>
