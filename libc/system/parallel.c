// hc_parallel: all lanes of all waves that have nothing else to do.
#include <errno.h>
#include <hostcall/parallel.h>

#include "libc/system/thread.h"

static _Thread_local bool in_team;

void hc_team_work(struct hc_team *team)
{
    const bool was = in_team;
    in_team = true;
    // A ticket: relaxed.  Lanes that ask together get neighbours.
    for (size_t i; (i = __atomic_fetch_add(&team->next, 1, __ATOMIC_RELAXED)) < team->count;)
        team->run(i, team->arg);
    in_team = was;
}

int hc_parallel(size_t n, void (*fn)(size_t i, void *arg), void *arg)
{
    if (!fn) return EINVAL;
    struct hc_team team = {.run = fn, .arg = arg, .count = n};
    if (in_team || n < 2) {
        hc_team_work(&team);
        return 0;
    }
    const size_t width = hc_bridge_width(), waves = (n - 1 + width - 1) / width;
    hc_team_gather(&team, waves < UINT32_MAX ? (uint32_t)waves : UINT32_MAX);
    hc_team_work(&team);
    hc_team_end(&team);
    return 0;
}
