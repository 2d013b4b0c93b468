#!/bin/sh
# lost_check.sh TOUR: on a driver that ends loops by itself (lavapipe, without the shim), a kernel that
# loses a call must make the program fail and say so, not end well.  TAP.
set -u
room=$(mktemp -d) || exit 1
trap 'rm -rf "$room"' EXIT
echo 1..1
# The name comes a second after the question, compiling aside: more than 65,535 rounds of a wait.
answer()
{
    tries=0
    until grep -q 'name?' "$room/out" || [ $tries -ge 300 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    sleep 1
    echo Ada
}
(cd "$room" && : >out && answer | "$1" vulkan >out 2>err)
status=$?
if [ $status -eq 77 ]; then
    echo "ok 1 # SKIP $(cat "$room/err")"
elif [ $status -eq 1 ] && grep -q 'calls were lost' "$room/err"; then
    echo 'ok 1 - lost calls are told'
else
    echo "not ok 1 - lost calls are told: exit status $status"
    sed 's/^/# /' "$room/out" "$room/err"
    exit 1
fi
