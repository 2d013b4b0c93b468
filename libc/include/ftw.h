// Walking a tree of files.
#ifndef _FTW_H
#define _FTW_H

#include <sys/cdefs.h>
#include <sys/stat.h>

enum { FTW_F, FTW_D, FTW_DNR, FTW_NS, FTW_SL, FTW_DP, FTW_SLN };     // what a visitor is told
enum { FTW_PHYS = 1, FTW_MOUNT = 2, FTW_CHDIR = 4, FTW_DEPTH = 8 };  // flags of nftw()

struct FTW {
    int base;   // where the last part of the name begins
    int level;  // 0: where the walk began
};

__BEGIN_DECLS
int ftw(const char *path, int (*visit)(const char *, const struct stat *, int), int descriptors);
// FTW_CHDIR answers ENOSYS.
int nftw(const char *path, int (*visit)(const char *, const struct stat *, int, struct FTW *),
         int descriptors, int flags);
__END_DECLS

#endif
