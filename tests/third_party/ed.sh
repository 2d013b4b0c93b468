# GNU ed: the line editor; scripts of its own test suite, right and wrong.
package=ed archive=ed_1.19.orig.tar.gz
sha256=8e5c3e7c84972e73957ff396b8318a21795f86547dd1fe4ec4232a9e6e44ca1d
build() { HOSTCALL_TARGETS=cpu ./configure CC="$CC" CFLAGS="$CFLAGS" && make && cp ed "$output"; }
gather() { cp testsuite/*.ed testsuite/*.err testsuite/test.* "$inputs"; }
perform()
{
    local script
    for script in {a,c,filter,g,i,j,m_addr,r3,s,t,v,w}.ed {addr1,bang1,g2,k1,r,s10,u}.err; do
        step "$program" -s test.txt < $script
        [ ! -e out.o ] || mv out.o "$script.out"
        [ ! -e out.ro ] || mv out.ro "$script.out"
    done
    printf 'H\n,n\n/the/s//&&/g\n.,+2l\nw kept.txt\nq\n' | step "$program" -p '* ' test.txt
    step "$program" --version
}
