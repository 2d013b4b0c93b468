# Lua: an interpreter, whose errors and coroutines are setjmp and longjmp.
package=lua5.4 archive=lua5.4_5.4.4.orig.tar.gz
sha256=164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61
build()
{
    make -C src lua CC="$CC" AR="$AR rc" RANLIB=: CFLAGS="$CFLAGS -DLUA_COMPAT_5_3 -DLUA_USE_POSIX"
    cp src/lua "$output"
}
gather() { cp "$our"/*.lua "$inputs"; }
perform()
{
    step "$program" -v
    step "$program" language.lua 22 3000
    step "$program" throws.lua
    printf 'print(1 << 40, 7 // 2, 2^0.5)\nerror("at the prompt")\nprint("goes on")\n' | step "$program" -i
    step "$program" -e 'print(#arg, arg[0])' -e 'os.exit(7)'
    step "$program" missing.lua
}
