// A server's current directory and file mode mask: its own, as a process has them.
#ifndef HC_PLACE_H
#define HC_PLACE_H

#include <limits.h>

#include "core/server.h"

// Both start as the process's.  Without a readable current directory, paths resolve as the process's do.
void hc_place_init(struct hc_place *place);
void hc_place_free(struct hc_place *place);

// The directory that relative paths begin at, for *at(); stays open until leave.  Short calls only.
int hc_place_enter(struct hc_place *place);
void hc_place_leave(struct hc_place *place);

// mode less the mask.  *more: whether the process's mask takes bits away that the server's leaves, so
// that whoever makes a file must set its mode again.
mode_t hc_place_mode(const struct hc_place *place, uint64_t mode, bool *more);

// The path an id or else the blob gives.  0, -HC_ENOENT, -HC_EINVAL (a NUL inside), -HC_ENAMETOOLONG.
int hc_turn_path(struct hc_turn *turn, uint64_t id, const char **path);

// Two texts one after the other in the blob, the first of so many bytes; second points into the blob.
// 0, -HC_EINVAL: a NUL inside, or the first is longer than the blob; -HC_ENAMETOOLONG: either is.
int hc_turn_paths(struct hc_turn *turn, uint64_t first_size, char first[PATH_MAX],
                  const char **second);

int64_t hc_service_chdir(struct hc_turn *turn);
int64_t hc_service_getcwd(struct hc_turn *turn);
int64_t hc_service_umask(struct hc_turn *turn);

#endif
