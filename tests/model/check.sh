#!/bin/bash
# check.sh [NAME]...: checks the model of the protocol with spin, every configuration and every seeded error, or
# those named.  A configuration passes when pan has searched all of its states and found nothing, a seeded error
# when pan finds it.  The C compiler is $CC, else cc.  Two searches at a time; each takes 1 GB at most.
# TAP.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cc=${CC:-cc}
chosen=" $* "
for tool in spin "$cc"; do
    if ! command -v "$tool" >/dev/null; then
        echo "1..0 # SKIP $tool not found; script/bootstrap all installs it on Debian"
        exit
    fi
done
room=$(mktemp -d) || exit 1
trap 'rm -rf "$room"' EXIT

cases=()
declare -A options_of
# holds NAME WHAT -D...: no assertion fails and nobody waits for ever
holds()
{
    options_of[$1]="-DSAFETY ${*:3}"
    cases+=("$1|none|-DSAFETY|$2|${*:3}")
}
# lives NAME WHAT KIND -D...: no cycle without progress (KIND -DNP), or that breaks the formula (KIND -DLTL),
# where whoever can go on does at last
lives()
{
    options_of[$1]="$3 ${*:4}"
    cases+=("$1|none|$3|$2|${*:4}")
}
# breaks BUG CONFIGURATION WHAT [-D...]: with that error in it, it does not hold
breaks()
{
    local options=${options_of[$2]}
    cases+=("$1|error|${options%% *}|$3, in $2|${options#* } -DBUG_$1 ${*:4}")
}

holds laps 'numbers come round, one client after the other' -DWAVES=2 -DWORKERS=0
holds laps_worker 'numbers come round, poller and worker answer in turn' -DWAVES=1 -DMIXED=1 -DPRINTS=1
holds sweeps_worker 'two clients of one slot, each call sweeps' -DWAVES=2 -DCALLS=2 -DSEQ_MAX=3 -DSEQ_SWEEP=1
holds crowd 'more clients than slots, some that do not wait' -DWAVES=3 -DSLOTS=2 -DWORKERS=0 -DCALLS=1 -DTRY=1
holds pollers 'two pollers, a worker and two slots' -DWAVES=2 -DSLOTS=2 -DPOLLERS=2 -DCALLS=1 -DPRINTS=1
holds extents 'an extent changes hands, answered by poller or worker' -DWAVES=2 -DSLOTS=2 -DUNITS=3 -DEXTENTS=1 -DCALLS=1 -DPRINTS=1
holds extents_again 'likewise, two calls each' -DWAVES=2 -DSLOTS=2 -DWORKERS=0 -DEXTENTS=1 -DCALLS=2
holds extents_plain 'likewise, replies in memory that heeds releases' -DWAVES=2 -DSLOTS=2 -DEXTENTS=1 -DCALLS=1 -DCOMBINED=0
holds plain 'numbers come round in memory that heeds releases' -DWAVES=1 -DMIXED=1 -DCOMBINED=0
holds abort 'a launch is ended, and another follows' -DWAVES=2 -DLAUNCHES=2 -DCALLS=1 -DABORT=1 -DPRINTS=1
holds abort_extents 'likewise, with an extent' -DWAVES=2 -DEXTENTS=1 -DWORKERS=0 -DLAUNCHES=2 -DCALLS=1 -DABORT=1
holds shutdown 'the server ends under a launch' -DWAVES=2 -DSLOTS=2 -DEXTENTS=1 -DCALLS=1 -DSHUTDOWN=1
holds shutdown_again 'and a launch follows' -DWAVES=1 -DEXTENTS=1 -DLAUNCHES=2 -DCALLS=2 -DSHUTDOWN=1
holds stall 'the host stands still until lanes give up' -DWAVES=1 -DSLOTS=2 -DLAUNCHES=2 -DCALLS=2 -DSTALL=1
holds stall_extents 'likewise, with an extent' -DWAVES=2 -DSLOTS=2 -DWORKERS=0 -DEXTENTS=1 -DCALLS=1 -DSTALL=1 -DDEADLINE=1
holds launchers 'two threads launch' -DWAVES=2 -DSLOTS=2 -DWORKERS=0 -DLAUNCHERS=2 -DLAUNCHES=2 -DCALLS=1
holds kept 'launches keep slots, or find them kept and take them over' -DKEEP=1 -DWAVES=2 -DWORKERS=0 -DLAUNCHES=3 -DCALLS=2 -DSEQ_MAX=3 -DSEQ_SWEEP=1
holds kept_parted 'lanes of a wave that parted have one kept slot' -DKEEP=1 -DPARTED=1 -DWAVES=2 -DSLOTS=2 -DWORKERS=0 -DCALLS=2
holds kept_launchers 'beside a launch that keeps, one that may not' -DKEEP=1 -DWAVES=2 -DSLOTS=2 -DWORKERS=0 -DLAUNCHERS=2 -DLAUNCHES=2 -DCALLS=1
holds kept_abort 'a launch that keeps is ended, and another follows' -DKEEP=1 -DWAVES=2 -DWORKERS=0 -DLAUNCHES=2 -DCALLS=1 -DABORT=1
lives answered 'one client is answered again and again' -DLTL -DEACH -DWAVES=1 -DSEQ_MAX=3 -DSEQ_SWEEP=1
lives ended 'a launch of a client that calls for ever ends' -DLTL -DENDS -DWAVES=1 -DWORKERS=0 -DABORT=1 -DSEQ_MAX=3 -DSEQ_SWEEP=1
lives goes_on 'of two clients of one slot, one gets on' -DNP -DWAVES=2 -DWORKERS=0 -DSEQ_MAX=3 -DSEQ_SWEEP=1

breaks NO_SWEEP laps 'nobody sweeps'
breaks ONE_SWEEP laps 'one sweep in a lap' -USEQ_MAX -DSEQ_MAX=3
breaks SWEEP_RELAXED laps 'a slot is given back before swept units have arrived'
breaks HAND_OVER laps_worker 'a poller hands over with answers of its own unpublished'
breaks WORKER_UNPUBLISHED laps_worker 'a worker is done before its answer is published'
breaks BUSY_IGNORED laps_worker 'a poller takes a packet that a worker still has'
breaks NO_COMPARE crowd 'a poller does not compare numbers'
breaks GIVE_BEFORE_ANSWER crowd 'a slot is given back before the answer'
breaks GIVE_BEFORE_DATA laps 'a slot is given back before the answer is read to its end'
breaks GIVE_TWICE laps 'a slot is given back twice'
breaks LOOK_ONLY crowd 'a lock is taken in two steps'
breaks OUT_RELAXED extents 'a request does not release its extent'
breaks DATA_UNPUBLISHED extents 'an answer leaves before its data'
breaks FIRST_WORD_RELAXED extents_plain 'an answer does not release its data'
breaks EXTENT_EARLY extents_again 'an extent is given back before its data is read'
breaks EXTENT_OF_UNANSWERED shutdown 'a call that gave up gives its extent back'
breaks EXTENT_OF_UNANSWERED stall_extents 'a call that gave up gives its extent back'
breaks EXTENT_OF_UNANSWERED abort_extents 'a call that gave up gives its extent back'
breaks UNWATCHED abort 'who waits for a slot does not watch'
breaks NO_RESET abort 'no reset after an abort'
breaks LEAVE_EARLY abort 'a drain before the stream is idle'
breaks DRAIN_BUSY abort 'a drain that does not wait for workers first'
breaks STALL_UNSEEN stall 'a stall is not looked for at drain'
breaks STALL_ASLEEP stall 'a poller that slept forgets how long'
breaks ENTER_UNDECIDED launchers 'who waited to enter does not look again'
breaks ANSWER_AFTER_END ended 'a launch that ends is still answered'
breaks KEEP_NO_TAKEOVER kept 'a slot that is left kept is never taken over'
breaks KEEP_STALE_SEQ kept 'who takes over counts from a number of its own' -UCALLS -DCALLS=1
breaks KEEP_LOCK_OLD kept 'a kept slot tells its number to the record alone'
breaks KEEP_LOOK_ONLY kept 'a slot is taken over in two steps'
breaks KEEP_RECORD_OLD kept 'a record of an earlier launch counts'
breaks KEEP_MANY kept 'launches of many waves keep slots'
breaks KEEP_LIVE kept_parted 'a slot that this launch keeps is taken over'
breaks KEEP_BUSY_IGNORED kept_parted 'a record that a lane uses is taken'
breaks KEEP_RECORD_FIRST kept_parted 'a record is given back before the lock has its number'
breaks KEEP_OWNER_FIRST kept_parted 'a record is named before it has its number'
breaks KEEP_RESET kept_abort 'a reset leaves the keepers'

# check NUMBER NAME none|error KIND WHAT -D...: its line of TAP
check()
{
    local number=$1 name=$2 want=$3 kind=$4 what=$5 dir=$room/$1 flags run=() errors states line
    shift 5
    mkdir "$dir" && cd "$dir" || return
    flags=(-w -O0 -DCOLLAPSE -DMEMLIM=1000 "$kind")
    [ "$want" = error ] || flags[1]=-O1  # it takes longer to compile than most of them to run
    [ "$kind" = -DSAFETY ] || flags+=(-DNFAIR=4)
    case $kind in
        -DNP) run=(-l -f) ;;
        -DLTL) run=(-a -f) ;;
    esac
    if ! { spin -a "$@" "$here/protocol.pml" && "$cc" "${flags[@]}" -o pan pan.c && ./pan -m500000 "${run[@]}"; } >log 2>&1; then
        echo "not ok $number - $name: $what"
        sed 's/^/# /' log
        return
    fi
    errors=$(sed -n 's/.*errors: \([0-9]*\)$/\1/p' log)
    states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' log)
    line="$number - $name: $what: $states states"
    if grep -q -e 'max search depth too small' -e 'Search not completed' log && [ "$want" = none ]; then
        echo "not ok $line, and not all of them"
    elif [ "$want" = none ] && [ "$errors" = 0 ]; then
        echo "ok $line"
        echo "$number $name $states" >"$room/$number.states"
        return
    elif [ "$want" = error ] && [ "$errors" = 1 ]; then
        echo "ok $line, $(sed -n 's/^pan:1: \(.*\) (at depth .*/\1/p' log)"
        return
    else
        echo "not ok $line"
    fi
    sed 's/^/# /' log
    [ -f protocol.pml.trail ] && spin -t -k protocol.pml.trail -p "$@" "$here/protocol.pml" | tail -n 200 | sed 's/^/# /'
}

number=0
for case in "${cases[@]}"; do
    IFS='|' read -r name want kind what options <<<"$case"
    [ "$chosen" = '  ' ] || [[ $chosen = *" $name "* ]] || continue
    number=$((number + 1))
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
    # shellcheck disable=SC2086 # options are words
    (check $number "$name" "$want" "$kind" "$what" $options >"$room/$number.tap") &
done
wait
echo "1..$number"
failed=0
for ((i = 1; i <= number; i++)); do
    cat "$room/$i.tap"
    grep -q '^ok ' "$room/$i.tap" || failed=1
done
cat "$room"/*.states 2>/dev/null | sort -n | awk '{ list = list sep $2 " " $3; sep = ", " } END { if (list) print "# note: states: " list }'
exit $failed
