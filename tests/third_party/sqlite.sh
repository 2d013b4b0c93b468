# SQLite's shell with the amalgamation, both as Fossil's source has them: databases in files.
package=fossil archive=fossil_2.21.orig.tar.xz
sha256=be63439cc08bec72aeb8ed8c240ef9b3e7ce7916e786ef6c55491d86daf02c5b
build()
{
    $CC $CFLAGS -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_WAL -DSQLITE_MAX_MMAP_SIZE=0 \
        extsrc/shell.c extsrc/sqlite3.c -o "$output" -lm
}
gather() { cp "$our"/*.sql "$inputs"; }
perform()
{
    step "$program" -bail first.db < script.sql
    step "$program" -header -column first.db 'select a, b from t order by c limit 3; select * from nothing'
    step "$program" :memory: '.read script.sql' '.dump u'
    step "$program" -json first.db "select type, name from sqlite_schema"
    step "$program" missing/folder.db 'create table t(a)'
}
