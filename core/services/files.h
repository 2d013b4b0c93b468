// The services on files: what they are and are called, descriptors, directories.
#ifndef HC_FILES_H
#define HC_FILES_H

#include "core/server.h"

// stat.c
int64_t hc_service_stat(struct hc_turn *turn);
int64_t hc_service_fstat(struct hc_turn *turn);
int64_t hc_service_access(struct hc_turn *turn);
int64_t hc_service_chmod(struct hc_turn *turn);
int64_t hc_service_fchmod(struct hc_turn *turn);
int64_t hc_service_truncate(struct hc_turn *turn);
int64_t hc_service_ftruncate(struct hc_turn *turn);
int64_t hc_service_utimens(struct hc_turn *turn);

// path.c
int64_t hc_service_mkdir(struct hc_turn *turn);
int64_t hc_service_rmdir(struct hc_turn *turn);
int64_t hc_service_rename(struct hc_turn *turn);
int64_t hc_service_link(struct hc_turn *turn);
int64_t hc_service_symlink(struct hc_turn *turn);
int64_t hc_service_readlink(struct hc_turn *turn);
int64_t hc_service_readdir(struct hc_turn *turn);
int64_t hc_service_rewinddir(struct hc_turn *turn);

// pipe.c
int64_t hc_service_dup(struct hc_turn *turn);
int64_t hc_service_pipe(struct hc_turn *turn);
int64_t hc_service_fcntl(struct hc_turn *turn);
int64_t hc_service_isatty(struct hc_turn *turn);
bool hc_dup_blocks(struct hc_turn *turn);
bool hc_fcntl_blocks(struct hc_turn *turn);

// poll.c
int64_t hc_service_poll(struct hc_turn *turn);
bool hc_poll_blocks(struct hc_turn *turn);

#endif
