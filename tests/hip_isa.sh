#!/bin/sh
# hip_isa.sh OBJDUMP FILE ARCH plain|recursive|silent
# The memory model and the clock must really be in the machine code: a compiler that dropped a scope bit
# would make a kernel that works nearly always, and no test without AMD hardware would notice.
set -u
objdump=$1 file=$2 arch=$3 is=$4
readelf=$(printf '%s\n' "$objdump" | sed 's/objdump/readelf/')
code=$("$objdump" -d --no-show-raw-insn "$file") || exit 1
symbols=$("$readelf" --dyn-syms --wide "$file") || exit 1
notes=$("$readelf" --notes "$file") || exit 1
failed=0

need() { # WHAT PATTERN
    printf '%s\n' "$code" | grep -Eq "$2" || { echo "$arch: no $1: $2"; failed=1; }
}
refuse() { # WHAT PATTERN
    found=$(printf '%s\n' "$code" | grep -E "$2" | head -n 3)
    [ -z "$found" ] || { echo "$arch: $1:"; echo "$found"; failed=1; }
}

case $arch in
gfx90a)
    load='global_load_dwordx2 .* glc' store='global_store_dwordx2 '
    acquire='buffer_invl2' release='buffer_wbl2' clock='s_memrealtime' wrong_clock='s_memtime'
    host_rmw='global_atomic_.* (slc|scc)' ;;
gfx94*|gfx95*)
    load='global_load_dwordx2 .* sc0 sc1' store='global_store_dwordx2 .* sc0 sc1'
    acquire='buffer_inv sc0 sc1' release='buffer_wbl2 sc0 sc1' clock='s_memrealtime' wrong_clock='s_memtime'
    host_rmw='global_atomic_.* sc1' ;;
gfx11*)
    load='global_load_b64 .* glc' store='global_store_b64 '
    acquire='buffer_gl1_inv' release='s_waitcnt_vscnt' clock='MSG_RTN_GET_REALTIME' wrong_clock='SHADER_CYCLES'
    host_rmw='global_atomic_.* (slc|dlc)' ;;
gfx12*)
    load='global_load_b64 .* scope:SCOPE_SYS' store='global_store_b64 .* scope:SCOPE_SYS'
    acquire='global_inv scope:SCOPE_SYS' release='global_wb scope:SCOPE_SYS' clock='MSG_RTN_GET_REALTIME'
    wrong_clock='SHADER_CYCLES' host_rmw='global_atomic_.* scope:SCOPE_SYS' ;;
*)
    echo "$arch: not known here; add what its system scope looks like"
    exit 1 ;;
esac

if [ "$is" != silent ]; then
    need 'system-scope load of a unit' "$load"
    need 'system-scope store of a unit' "$store"
    need 'constant-rate clock' "$clock"
    need 'pause in wait loops' 's_sleep'
fi
refuse 'cycle counter, which changes speed and wraps' "$wrong_clock"

# Slots are claimed with a read-modify-write on device memory; who claims slots also sends and awaits extents.
if printf '%s\n' "$code" | grep -Eq 'global_atomic_or'; then
    need 'system-scope acquire' "$acquire"
    need 'system-scope release' "$release"
fi
refuse 'read-modify-write at system scope' "$host_rmw"
refuse 'read-modify-write where memory is not known to be the device'"'"'s' '(flat|buffer)_atomic_'
refuse 'compare-and-swap loop where one instruction would do' 'global_atomic_cmpswap'

undefined=$(printf '%s\n' "$symbols" | awk '$7 == "UND" && $8 != ""')
[ -z "$undefined" ] || { echo "$arch: undefined symbols:"; echo "$undefined"; failed=1; }
printf '%s\n' "$symbols" | grep -Eq 'FUNC +GLOBAL +PROTECTED' || { echo "$arch: no kernel"; failed=1; }
if [ "$is" != recursive ] && printf '%s\n' "$notes" | grep -q 'uses_dynamic_stack: *true'; then
    echo "$arch: a kernel needs a stack of unknown size (recursion, or a call through a pointer)"
    failed=1
fi
exit $failed
