# cmark: CommonMark to HTML and back.
package=cmark archive=cmark_0.30.2.orig.tar.gz
sha256=6c7d2bcaea1433d977d8fed0b55b71c9d045a7cdf616e3cd2dce9007da753db3
# What cmake makes of *.in.
build() { $CC $CFLAGS -I"$our" -Isrc src/*.c -o "$output"; }
gather() { cp test/spec.txt test/smart_punct.txt bench/samples/*.md "$inputs"; }
perform()
{
    local to
    step "$program" --version
    for to in html xml man commonmark latex; do step "$program" -t $to spec.txt; done
    step "$program" --sourcepos ./*.md
    step "$program" --smart < smart_punct.txt
    step "$program" missing.md
}
