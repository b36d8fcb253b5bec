#!/usr/bin/env bash
# Fetches the demo clip, vtest.avi of Debian's package opencv-doc, and its copyright note. Needs no root. Does nothing the second time.
set -eu
sha256=45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf
home=${CATSEYE_HOME:-${XDG_DATA_HOME:-$HOME/.local/share}/catseye}
clip=$home/clips/vtest.avi
checked() { echo "$sha256  $1" | sha256sum --check --status; }

if [ -f "$clip" ] && checked "$clip"; then
  echo "demo clip: $clip"
  exit 0
fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  echo "clip: this machine has no apt-get. Take vtest.avi from Debian's package opencv-doc (or OpenCV's samples/data) and put it at $clip" >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work" # apt's own user writes into it
download() { (cd "$work" && apt-get -qq download opencv-doc) 2>"$work/why"; }

echo "== fetching the demo clip (Debian's opencv-doc, a download of about 90 MB; 8 MB are kept)"
if ! download; then
  if [ "$(id -u)" = 0 ]; then
    echo "== apt-get update"
    apt-get -qq update || true
    download || { cat "$work/why" >&2; exit 1; }
  else
    cat "$work/why" >&2
    echo "clip: apt cannot find or fetch opencv-doc. Run 'sudo apt-get update' and try again." >&2
    exit 1
  fi
fi

doc=./usr/share/doc/opencv-doc
dpkg-deb --fsys-tarfile "$work"/opencv-doc_*.deb | tar -x -C "$work" "$doc/examples/data/vtest.avi" "$doc/copyright"
checked "$work/$doc/examples/data/vtest.avi" || { echo "clip: vtest.avi is not the file expected (SHA-256 differs)" >&2; exit 1; }
mkdir -p "$(dirname "$clip")"
mv "$work/$doc/copyright" "$(dirname "$clip")/vtest.copyright.txt"
mv "$work/$doc/examples/data/vtest.avi" "$clip.part"
mv "$clip.part" "$clip"
echo "demo clip: $clip"
