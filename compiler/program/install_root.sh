#!/bin/sh
# install_root.sh ROOT FOLDER: what hostcall-cc needs, as files, into FOLDER of the place that is installed to.
set -eu
to=$MESON_INSTALL_DESTDIR_PREFIX/$2
mkdir -p "$to"
cp -rL "$1/." "$to/"
