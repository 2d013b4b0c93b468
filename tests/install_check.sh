#!/bin/sh
# install_check.sh BUILD CC...: what is installed must compile and link by its own pkg-config file, and
# hostcall-cc, if there is one, without the tree.
# TAP.
set -u
build=$1
shift
room=$(mktemp -d) || exit 1
trap 'rm -rf "$room"' EXIT
echo 1..3
if meson install -C "$build" --no-rebuild --destdir "$room/root" >"$room/log" 2>&1; then
    echo 'ok 1 - installs'
else
    echo 'not ok 1 - installs'
    sed 's/^/# /' "$room/log"
    exit 1
fi
pc=$(find "$room/root" -name hostcall.pc)
PKG_CONFIG_SYSROOT_DIR=$room/root
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
cat >"$room/program.c" <<'END'
#include <hostcall/device.h>
#include <hostcall/hostcall.h>
#include <stdio.h>
struct args { int n; };
HC_KERNEL(hello, struct args, a) { hc_printf("%d\n", a.n); }
int main(void)
{
    const struct hc_image_part part = {"cpu", NULL, "host", NULL, 0};
    const struct hc_image image = {"hello", &part, 1, NULL, 0};
    const struct args a = {42};
    hc_dev dev = NULL;
    hc_server server = NULL;
    hc_module module = NULL;
    int err = hc_dev_open(hc_dev_params(.backend = "cpu", .wave_width = 1), &dev);
    if (!err) err = hc_server_create(dev, hc_server_params(0), &server);
    if (!err) err = hc_module_create(dev, &image, &module);
    if (!err) err = hc_run(server, hc_run_params(.module = module, .kernel = "hello", .args = &a, .args_size = sizeof a), NULL);
    if (err) fprintf(stderr, "%s\n", hc_last_error());
    hc_module_destroy(&module);
    hc_server_destroy(&server);
    hc_dev_close(&dev);
    return err != 0;
}
END
flags=$(pkg-config --static --cflags --libs hostcall)
# shellcheck disable=SC2086 # flags are words
if "$@" -std=c11 -Wall -Wextra "$room/program.c" $flags -o "$room/program" 2>"$room/log" &&
    [ "$("$room/program" 2>&1)" = 42 ]; then
    echo 'ok 2 - a program outside of the tree builds and runs'
else
    echo 'not ok 2 - a program outside of the tree builds and runs'
    sed 's/^/# /' "$room/log"
    exit 1
fi

hostcall_cc=$(find "$room/root" -name hostcall-cc -type f)
if [ -z "$hostcall_cc" ]; then
    echo 'ok 3 - hostcall-cc runs where it is installed # SKIP built without program mode'
    exit
fi
cat >"$room/whole.c" <<'END'
#include <stdio.h>
#include <hostcall/parallel.h>
int main(int argc, char **argv)
{
    printf("%d %s\n", argc, argv[1]);
    return 3;
}
END
if "$hostcall_cc" --hostcall-targets=cpu "$room/whole.c" -o "$room/whole" >"$room/log" 2>&1 &&
    [ "$(HOSTCALL_BACKEND=cpu "$room/whole" a 2>&1; echo $?)" = "$(printf '2 a\n3')" ]; then
    echo 'ok 3 - hostcall-cc runs where it is installed'
else
    echo 'not ok 3 - hostcall-cc runs where it is installed'
    sed 's/^/# /' "$room/log"
    exit 1
fi
