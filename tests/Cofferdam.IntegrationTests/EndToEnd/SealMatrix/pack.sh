#!/bin/bash
# Packs each $1/ENCODING/file into $2/ENCODING by the programs of the field: each kind of archive, and each again in another.
set -eu
from=$PWD/$1
to=$PWD/$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for encoding in "$from"/*; do
    out=$to/$(basename "$encoding")
    mkdir -p "$out"
    cd "$encoding"
    gzip -c file > "$out/a.gz"
    zstd -q -c file > "$out/a.zst"
    xz -c file > "$out/a.xz"
    bzip2 -c file > "$out/a.bz2"
    perl -MCompress::Zlib -0777 -ne 'print compress($_)' file > "$out/a.zlib"
    zip -q "$out/a.zip" file
    jar cf "$out/a.jar" file
    python3 -c 'import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as wheel:
    wheel.write("file", "pkg/file.py")
    wheel.writestr("pkg-1.dist-info/WHEEL", "Wheel-Version: 1.0\n")' "$out/pkg-1-py3-none-any.whl"
    tar -cf "$out/a.tar" file
    tar -czf "$out/a.tar.gz" file
    mkdir -p "$work/deb/DEBIAN" "$work/deb/opt"
    cp file "$work/deb/opt/"
    printf 'Package: it\nVersion: 1\nArchitecture: all\nMaintainer: n <n@example.com>\nDescription: it\n' > "$work/deb/DEBIAN/control"
    dpkg-deb -Zxz --build "$work/deb" "$out/a.deb" > /dev/null
    # twice
    cd "$out"
    tar -czf deb-in.tar.gz a.deb
    zip -q zst-in.zip a.zst
    tar -cf - a.jar | zstd -q > jar-in.tar.zst
    tar -cJf wheel-in.tar.xz pkg-1-py3-none-any.whl
    bzip2 -c a.tar.gz > tar-gz-in.bz2
    gzip -c a.gz > gz-in.gz
    zip -q -0 zip-in.zip a.zip
done
