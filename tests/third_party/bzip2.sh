# bzip2: its samples, a text there and back, damaged files.
package=bzip2 archive=bzip2_1.0.8.orig.tar.gz
sha256=ab5a03176ee106d3f0fa90e381da478ddae405918153cca248e682cd0c4a2269
build() { make bzip2 CC="$CC" AR="$AR" RANLIB=: CFLAGS="$CFLAGS" && cp bzip2 "$output"; }
gather() { cp sample[123].bz2 sample[123].ref "$inputs"; }
prepare() { made_text 4 1 > text; }
perform()
{
    local n
    for n in 1 3; do
        step "$program" -k -$n < sample$n.ref > sample$n.rb2
        step cmp sample$n.bz2 sample$n.rb2
        step "$program" -d < sample$n.bz2 > sample$n.tst
        step cmp sample$n.tst sample$n.ref
    done
    step "$program" -v -9 text
    step "$program" -t text.bz2
    head -c 200000 text.bz2 > cut.bz2
    step "$program" -d cut.bz2
    step "$program" -d text.bz2
    cksum text
    step "$program" -d text
}
