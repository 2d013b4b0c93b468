// Users and groups, as /etc/passwd and /etc/group of the host have them.
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc/system/names.h"

enum { LINE = 4096, MEMBERS = 512 };

// The fields of a line that has at least `count`, each with its NUL; the last one is what is left.
static bool fields_split(char *line, char **fields, int count)
{
    line[strcspn(line, "\n")] = 0;
    for (int i = 0; i < count; i++) {
        fields[i] = line;
        line = i + 1 < count ? strchr(line, ':') : line;
        if (!line) return false;
        if (i + 1 < count) *line++ = 0;
    }
    return true;
}

static bool number_read(const char *text, unsigned *to)
{
    char *end;
    *to = (unsigned)strtoul(text, &end, 10);
    return end != text && !*end;
}

static bool user_read(char *line, struct passwd *to)
{
    char *f[7];
    if (!fields_split(line, f, 7) || !number_read(f[2], &to->pw_uid) ||
        !number_read(f[3], &to->pw_gid))
        return false;
    to->pw_name = f[0];
    to->pw_passwd = f[1];
    to->pw_comment = "";
    to->pw_gecos = f[4];
    to->pw_dir = f[5];
    to->pw_shell = f[6];
    return true;
}

// `members` has room for `room` pointers; false with errno if there are more.
static bool group_read(char *line, struct group *to, char **members, size_t room)
{
    char *f[4], *rest;
    size_t n = 0;
    if (!fields_split(line, f, 4) || !number_read(f[2], &to->gr_gid)) return false;
    for (char *m = strtok_r(f[3], ",", &rest); m; m = strtok_r(NULL, ",", &rest)) {
        if (n + 1 >= room) {
            errno = ERANGE;
            return false;
        }
        members[n++] = m;
    }
    members[n] = NULL;
    to->gr_name = f[0];
    to->gr_passwd = f[1];
    to->gr_mem = members;
    return true;
}

// Where the caller has room for a line, and behind it for pointers to members.
struct place {
    char *line;
    size_t room;
};

// Looks for a user by name, or by number where there is none.  0 with *result NULL: there is none.
static int user_find(const char *name, uid_t id, struct passwd *to, struct place p,
                     struct passwd **result)
{
    FILE *f = fopen("/etc/passwd", "r");
    *result = NULL;
    if (!f) return errno;
    int why = 0;
    while (!why && !*result && fgets(p.line, (int)p.room, f)) {
        if (!strchr(p.line, '\n') && !feof(f))
            why = ERANGE;
        else if (user_read(p.line, to) && (name ? !strcmp(to->pw_name, name) : to->pw_uid == id))
            *result = to;
    }
    fclose(f);
    return why;
}

static int group_find(const char *name, gid_t id, struct group *to, struct place p,
                      struct group **result)
{
    FILE *f = fopen("/etc/group", "r");
    const size_t lead = (size_t)(-(uintptr_t)p.line % sizeof(char *));
    size_t room = p.room > lead ? (p.room - lead) / 2 / sizeof(char *) : 0;
    char **members = (char **)(void *)(p.line + lead), *line = (char *)(members + room);
    *result = NULL;
    if (!f) return errno;
    int why = room < 2 ? ERANGE : 0;
    const size_t line_room = p.room - lead - room * sizeof(char *);
    while (!why && !*result && fgets(line, (int)line_room, f)) {
        errno = 0;
        if (!strchr(line, '\n') && !feof(f))
            why = ERANGE;
        else if (group_read(line, to, members, room) &&
                 (name ? !strcmp(to->gr_name, name) : to->gr_gid == id))
            *result = to;
        else
            why = errno;
    }
    fclose(f);
    return why;
}

int getpwnam_r(const char *name, struct passwd *to, char *room, size_t size, struct passwd **result)
{
    return user_find(name, 0, to, (struct place){room, size}, result);
}
int getpwuid_r(uid_t id, struct passwd *to, char *room, size_t size, struct passwd **result)
{
    return user_find(NULL, id, to, (struct place){room, size}, result);
}
int getgrnam_r(const char *name, struct group *to, char *room, size_t size, struct group **result)
{
    return group_find(name, 0, to, (struct place){room, size}, result);
}
int getgrgid_r(gid_t id, struct group *to, char *room, size_t size, struct group **result)
{
    return group_find(NULL, id, to, (struct place){room, size}, result);
}

// ------------------------------------------------------------------------------------- static room

static char user_line[LINE], group_line[LINE], *group_members[MEMBERS];
static struct passwd user;
static struct group group;
static FILE *users, *groups;

static void *found(int why, void *result)
{
    if (why) errno = why;
    return why ? NULL : result;
}

struct passwd *getpwnam(const char *name)
{
    struct passwd *result;
    return found(user_find(name, 0, &user, (struct place){user_line, LINE}, &result), result);
}
struct passwd *getpwuid(uid_t id)
{
    struct passwd *result;
    return found(user_find(NULL, id, &user, (struct place){user_line, LINE}, &result), result);
}
struct group *getgrnam(const char *name)
{
    struct group *result;
    return found(group_find(name, 0, &group, (struct place){group_line, LINE}, &result), result);
}
struct group *getgrgid(gid_t id)
{
    struct group *result;
    return found(group_find(NULL, id, &group, (struct place){group_line, LINE}, &result), result);
}

static void list_end(FILE **list)
{
    if (*list) fclose(*list);
    *list = NULL;
}
void endpwent(void) { list_end(&users); }
void setpwent(void) { endpwent(); }
void endgrent(void) { list_end(&groups); }
void setgrent(void) { endgrent(); }

struct passwd *getpwent(void)
{
    if (!users && !(users = fopen("/etc/passwd", "r"))) return NULL;
    while (fgets(user_line, LINE, users))
        if (user_read(user_line, &user)) return &user;
    return NULL;
}

struct group *getgrent(void)
{
    if (!groups && !(groups = fopen("/etc/group", "r"))) return NULL;
    while (fgets(group_line, LINE, groups))
        if (group_read(group_line, &group, group_members, MEMBERS)) return &group;
    return NULL;
}

// The user whose program it is: devices have no terminal where somebody logged in.
int getlogin_r(char *to, size_t room)
{
    char line[LINE];
    struct passwd self, *result;
    const int why = user_find(NULL, getuid(), &self, (struct place){line, LINE}, &result);
    if (why || !result) return why ? why : ENOENT;
    if (strlen(self.pw_name) >= room) return ERANGE;
    strcpy(to, self.pw_name);
    return 0;
}

char *getlogin(void)
{
    static char name[256];
    return found(getlogin_r(name, sizeof name), name);
}
