# Berkeley Yacc: built by its own configure and make; makes parsers from the grammars of its test suite.
package=byacc archive=byacc_2.0.20221106.orig.tar.gz
sha256=a899be227bbcac9cf7700f7dbb5a8494688f1f9f0617b510762daeace47b9d12
build() { HOSTCALL_TARGETS=cpu ./configure --enable-btyacc CC="$CC" CFLAGS="$CFLAGS" && make && cp yacc "$output"; }
gather() { cp test/*.y "$inputs"; }
perform()
{
    local grammar
    for grammar in calc[23].y grammar.y ok_syntax1.y quote_calc4.y pure_error.y varsyntax_calc1.y err_syntax{1,7,18}.y \
        btyacc_{demo,destroy1}.y; do
        case $grammar in
            btyacc*) step "$program" -B -v -d -b "made.${grammar%.y}" "$grammar" ;;
            *) step "$program" -v -d -t -L -b "made.${grammar%.y}" "$grammar" ;;
        esac
    done
    step "$program" -V
    step "$program" missing.y
}
