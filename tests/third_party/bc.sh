# GNU bc: numbers of any length, built by its own configure and make, which runs the first bc to compile a library.
package=bc archive=bc_1.07.1.orig.tar.gz
sha256=62adfca89b0a1c0164c2cdca59ca210c1d44c3ffc46daf9931cf4942664cb02a
# MAKEINFO=: leaves its manual unmade.
build()
{
    HOSTCALL_TARGETS=cpu ./configure CC="$CC" AR="$AR" RANLIB=: CFLAGS="$CFLAGS"
    make MAKEINFO=: && cp bc/bc "$output"
}
gather() { cp Test/*.b Examples/*.b "$inputs" && cp "$our"/*.bc "$inputs"; }
perform()
{
    step "$program" -l numbers.bc
    step "$program" -q -l sqrt2.b
    printf '2^4000\nobase=16\n65535.5\n1/0\nsqrt(-1)\nif (1\n)\n' | step "$program" -s
    step "$program" missing.b
}
