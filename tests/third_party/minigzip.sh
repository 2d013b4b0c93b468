# zlib's minigzip: 16 MiB there and back.
package=zlib archive=zlib_1.2.13.dfsg.orig.tar.bz2
sha256=71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1
build() { $CC $CFLAGS -DHAVE_UNISTD_H -D_POSIX_C_SOURCE=200809 -I. test/minigzip.c [a-z]*.c -o "$output"; }
prepare() { made_text 1 12 > text; made_text 2 4 | tr ' a-m' 'A-Zx' >> text; }
perform()
{
    step "$program" -1 text
    cp text.gz text.1.gz
    step "$program" -d text.gz
    cksum text
    head -c 1000000 text > part
    step "$program" -9 part
    step "$program" -c -d < text.1.gz | tail -c 1000
    head -c 3000000 text.1.gz > cut.gz
    step "$program" -d cut.gz
}
