#!/bin/bash
# program_targets.sh HOSTCALL_CC FOLDER [BACKEND PARTS]...
# Programs of FOLDER, linked for all devices of this build: they hold as many parts of machine code for each backend as
# there are processors, and run on the cpu backend all the same.  Wants no device.  TAP.
set -u
hostcall_cc=$1
folder=$2
shift 2
room=$(mktemp -d) || exit 2
trap 'rm -rf "$room"' EXIT
number=0
failed=0

# parts FILE BACKEND: ELF files of its machine inside
parts()
{
    python3 - "$@" <<'END'
import re, struct, sys
data = open(sys.argv[1], 'rb').read()
machine = {'hip': 224, 'cuda': 190}.get(sys.argv[2])
if machine:
    found = sum(struct.unpack_from('<H', data, at.start() + 18)[0] == machine
                for at in re.finditer(rb'\x7fELF\x02\x01', data[:-64]))
else:
    sys.exit('no such backend: ' + sys.argv[2])
print(found)
END
}

# The library has code of its own.
if ! timeout 60 "$hostcall_cc" --hostcall-targets=cpu -w "$folder/arguments.c" -o "$room/bare" > "$room/log" 2>&1; then
    echo 'Bail out! a program for the cpu backend does not compile'
    cat "$room/log"
    exit 1
fi

for name in threads; do
    number=$((number + 1))
    begun=$SECONDS
    if ! timeout 250 "$hostcall_cc" -O2 -D_GNU_SOURCE -w "$folder/$name.c" -o "$room/$name" > "$room/log" 2>&1; then
        echo "not ok $number - $name compiles for every device"
        sed 's/^/# /' "$room/log" | head -n 40
        failed=1
        continue
    fi
    why=
    for ((i = 1; i < $#; i += 2)); do
        backend=${!i} next=$((i + 1))
        count=$(($(parts "$room/$name" "$backend") - $(parts "$room/bare" "$backend")))
        [ "$count" = "${!next}" ] || why="$count parts for $backend, not ${!next}"
    done
    (cd "$room" && HOSTCALL_BACKEND=cpu timeout 60 "./$name" > out 2>&1 < /dev/null)
    [ -s "$room/out" ] || why="$why; prints nothing on cpu"
    if [ -n "$why" ]; then
        echo "not ok $number - $name compiles for every device"
        echo "# $why"
        failed=1
    else
        echo "ok $number - $name compiles for every device # $((SECONDS - begun)) s"
    fi
done
echo "1..$number"
exit $failed
