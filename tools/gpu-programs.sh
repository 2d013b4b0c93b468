# Sourced by script/gpu-check: builds programs with hostcall-cc and runs them on each backend's device.
# shellcheck shell=bash disable=SC2154 # backends, programs, prebuilt, out, nvidia, status, have, row are the script's
# build_programs DIR: sets reason on failure
build_programs()
{
    local dir=$1 build=$PWD/build/gpu-programs log=$out/build-programs.log targets cc
    local options=(-Dprogram=enabled -Dtests=disabled -Dbench=false -Dexamples=false -Dbuildtype=release)
    have cc meson ninja clang-22 ld.lld-22 llvm-ar-22 || return
    targets=$(IFS=, && echo "${backends[*]}")
    [ $nvidia = yes ] && [[ $targets == *hip* ]] && options+=(-Dhip_nvidia=enabled -Dhip_archs=)
    rm -rf "$build"
    if ! { timeout 300 meson setup "$build" -Dbackends="$targets" "${options[@]}" && timeout 900 ninja -C "$build"; } \
        >"$log" 2>&1 </dev/null; then
        reason=failed
        tail -n 30 "$log"
        return 1
    fi
    cc=$build/compiler/program/hostcall-cc
    mkdir -p "$dir" || return
    find "$build" -name 'libhc_hip_nvidia*.so' -exec cp {} "$dir" \;
    case " ${programs[*]} " in *' own '* | *' words '*)
        tests/program_check.sh --build-only "$dir/own" "$cc" cc tests/program ;; esac >>"$log" 2>&1
    case " ${programs[*]} " in *' libc '*) tests/libc_check.sh --build "$dir/libc" "$cc" cc tests/libc ;; esac >>"$log" 2>&1
    case " ${programs[*]} " in *' third '*) THIRD_PARTY_BUILD_SECONDS=900 tests/third_party_check.sh build "$dir/third" "$cc" ;; esac >>"$log" 2>&1
}

# run_tap NAME SECONDS COMMAND...: one row of the table, of the TAP lines it prints
run_tap()
{
    local name=$1 log=$out/${1// /-}.txt limit=$2 begun=$SECONDS code passed failed skipped
    shift 2
    timeout -k 10 "$limit" "$@" >"$log" 2>&1 </dev/null
    code=$?
    passed=$(grep -c '^ok ' "$log")
    skipped=$(grep -c '^ok .*# SKIP' "$log")
    failed=$(grep -c '^not ok ' "$log")
    grep -A 12 '^not ok ' "$log"
    grep '^ok .*# SKIP' "$log"
    if [ $code -ne 0 ] && [ "$failed" -eq 0 ]; then
        echo "FAILED: $name: exit status $code"
        tail -n 5 "$log"
        failed=1
    fi
    row "$name" $((passed - skipped)) "$failed" "$skipped" $((SECONDS - begun))
    [ "$failed" -eq 0 ] || status=1
}

# How much hc_parallel gains over one lane of the device, and that 128 threads give the host's result, run after run.
run_words()
{
    local dir=$1 backend=$2 tree=$out/words log=$out/$2-words.txt begun=$SECONDS run right=0 runs=${WORDS_RUNS:-100}
    local parallel=$dir/own/device/parallel_word_count threads=$dir/own/device/thread_word_count
    if [ ! -d "$tree" ]; then
        mkdir -p "$tree"
        (cd "$tree" && for run in include libc core docs tests; do cp -rL "$OLDPWD/$run" .; done)
        [ -d /usr/local/cuda/include ] && cp -rL /usr/local/cuda/include "$tree/cuda"
    fi
    : >"$log"
    "$dir/own/host/parallel_word_count" "$tree" host >"$tree.host" 2>>"$log"
    for run in lanes lanes lanes alone; do
        timeout -k 5 120 "$parallel" "$tree" $run >"$tree.$run" 2>"$tree.times" || echo "status $?" >>"$log"
        echo "$run: $(cat "$tree.times")" >>"$log"
        cmp "$tree.host" "$tree.$run" >>"$log" 2>&1 && right=$((right + 1))
    done
    cat "$log"
    "$dir/own/host/thread_word_count" "$PWD/docs" >"$tree.host"
    for ((run = 0; run < runs && SECONDS - begun < 240; run++)); do
        timeout -k 5 30 "$threads" "$PWD/docs" >"$tree.threads" 2>&1
        cmp -s "$tree.host" "$tree.threads" && right=$((right + 1))
    done
    echo "$backend: parallel words and $run runs of 128 threads, right: $right of $((run + 4))"
    row "$backend words" $right $((run + 4 - right)) 0 $((SECONDS - begun))
    [ $right -eq $((run + 4)) ] || status=1
}

check_programs()
{
    local dir=${prebuilt:+$prebuilt/programs} backend name
    dir=${dir:-$PWD/build/gpu-programs-made}
    reason=
    if [ -n "$prebuilt" ]; then
        [ -d "$dir" ] || reason='not built beforehand'
    else
        build_programs "$dir"
    fi
    if [ -n "$reason" ]; then
        echo "skipped: programs: $reason"
        row "programs: $reason" '' '' '' ''
        return
    fi
    for backend in "${backends[@]}"; do
        export HOSTCALL_BACKEND=$backend
        unset HOSTCALL_HIP_LIBRARY
        if [ "$backend" = hip ] && [ $nvidia = yes ]; then
            HOSTCALL_HIP_LIBRARY=$(find "$dir" -name 'libhc_hip_nvidia*.so' | head -n 1)
            export HOSTCALL_HIP_LIBRARY
        fi
        for name in "${programs[@]}"; do
            case $name in
                own)
                    run_tap "$backend programs" 900 tests/program_check.sh --backend "$backend" \
                        --prebuilt "$dir/own" - - tests/program
                    ;;
                libc)
                    run_tap "$backend libc" 600 tests/libc_check.sh --run "$dir/libc" --record "$backend" \
                        "$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | head -n 1)" - - tests/libc
                    cp "tests/libc/results/$backend.txt" "$out/libc-$backend.txt"
                    ;;
                third)
                    THIRD_PARTY_SECONDS=240 run_tap "$backend third party" 1200 tests/third_party_check.sh run "$dir/third"
                    grep '^# ' "$out/$backend-third-party.txt"
                    ;;
                words) run_words "$dir" "$backend" ;;
            esac
        done
    done
}
