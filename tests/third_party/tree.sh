# tree: walks folders and prints them, as text, JSON, XML and HTML.
package=tree archive=tree_2.1.0.orig.tar.gz
sha256=0160c535bff2b0dc6a830b9944e981e3427380f63e748da96ced7071faebabf6
build() { make CC="$CC" CFLAGS="$CFLAGS -D_GNU_SOURCE" && cp tree "$output"; }
prepare()
{
    local a b c
    for a in alpha beta Gamma .hidden; do
        for b in 1 2 10 'with space'; do
            mkdir -p "top/$a/$b"
            for c in x.c y.h "z $a.txt" .dot; do head -c $((${#a} * 211 + ${#b})) /dev/zero > "top/$a/$b/$c"; done
        done
        ln -s ../"$a"/1 "top/$a/link"
        ln -s nowhere "top/$a/dangling"
    done
    chmod 700 top/beta/1
    chmod a+x top/alpha/1/x.c
    find top -exec touch -h -d '2024-02-29 12:34:56' {} +
}
perform()
{
    step "$program" top
    step "$program" -a -f -p -s -D -F --timefmt '%F %T' top
    step "$program" -a -u -g -h --dirsfirst -C top
    step "$program" -J -a -s -l top
    step "$program" -X -v top
    step "$program" -H http://base -T title -r top
    step "$program" -P '*.c|*.h' --prune -i -o written.txt top
    step "$program" -d -L 2 top missing
}
