# Zopfli: the smallest gzip, zlib and deflate.
package=zopfli archive=zopfli_1.0.3.orig.tar.gz
sha256=e955a7739f71af37ef3349c4fa141c648e8775bceb2195be07e86f8e638814bd
# It reads eight bytes at any address (GetMatch in lz77.c).
build() { $CC $CFLAGS $UNALIGNED src/zopfli/*.c -o "$output" -lm; }
prepare() { made_text 3 1 | head -c 20000 > text; }
perform()
{
    step "$program" --i5 text
    step "$program" --i3 --zlib -v text
    step "$program" --i1 --deflate -c text | cksum
    step "$program" missing
}
