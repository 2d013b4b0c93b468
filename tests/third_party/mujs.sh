# MuJS: a JavaScript interpreter, whose exceptions are setjmp and longjmp.
package=mujs archive=mujs_1.3.2.orig.tar.xz
sha256=4886593fc688b0cdccd31e5ecbe5afe7ad1bee23aa69e667b871afd5dfc640c3
build() { $CC $CFLAGS one.c main.c -o "$output" -lm; }
gather() { cp "$our"/*.js "$inputs"; }
perform()
{
    step "$program" language.js 22 2000
    step "$program" throws.js
    echo 'print(Object.keys({b: 1, a: 2}).join(), parseFloat("1.25e3"))' | step "$program"
}
