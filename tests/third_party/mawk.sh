# mawk: awk, built by its own configure and make; word counts and the like over a folder of C sources.
package=mawk archive=mawk_1.3.4.20200120.orig.tar.gz
sha256=7fd4cd1e1fae9290fe089171181bbc6291dfd9bca939ca804f0ddb851c8b8237
# YACC=: keeps the parser that is shipped.  Pipes of mawk's own to commands are not run: it forks for them.
build()
{
    HOSTCALL_TARGETS=cpu ./configure --disable-dependency-tracking CC="$CC" CFLAGS="$CFLAGS"
    make mawk YACC=: && cp mawk "$output"
}
gather() { cp -r test examples "$inputs" && mkdir "$inputs/source" && cp ./*.c ./*.h "$inputs/source"; }
perform()
{
    local n
    step "$program" -f test/wc.awk source/*.c
    step "$program" -f test/wfrq0.awk source/*.[ch] | sort
    for n in 0 3 5 7; do step "$program" -f test/reg$n.awk test/mawktest.dat; done
    step "$program" -f examples/decl.awk < source/mawk.h
    step "$program" -f examples/primes.awk 3000
    step "$program" -f examples/eatc.awk source/re_cmpl.c
    step "$program" -f test/nextfile.awk test/full-awk.dat test/mawktest.dat
    step "$program" -F '[^A-Za-z_]+' '{ for (i = 1; i <= NF; i++) if (length($i) > 14) n[$i]++ }
        END { for (w in n) { print n[w], w > "words.txt"; m++ } close("words.txt"); print m
            while ((getline line < "words.txt") > 0) t += length(line)
            print t; system("sort -rn words.txt | head -n 5") }' \
        source/*.c
    step "$program" 'BEGIN { printf "%5.2f|%-8s|%c|%x|%e\n", 3.14159, "abc", 65, 255, 1e100
        print substr("hello", 2, 3), index("hello", "l"), match("foobar", /o+/), RSTART, RLENGTH, toupper("x")
        $0 = "a:b:c"; n = split($0, p, ":"); print n, p[3]; gsub(/b/, "[&]"); print; print -7 % 3, 2 ^ 0.5, 1e6 "" }'
    step "$program" 'BEGIN { exit 3 }'
    step "$program" 'BEGIN { print 1 / 0; print log(-1) }'
    step "$program" '{ print'
}
