#!/usr/bin/env bash
# Watches a source ($1) with the live page on $PORT; "demo" is a real street clip, played over and over in real time.
set -eu
cd "$(dirname "$0")/.."
source=${1:-demo}
options=(--port "${PORT:-8420}")
if [ "$source" = demo ]; then
  scripts/clip.sh
  source="${CATSEYE_HOME:-${XDG_DATA_HOME:-$HOME/.local/share}/catseye}/clips/vtest.avi"
  options+=(--loop --learn 20 --stream plaza)
fi
echo "== watching $source"
exec .venv/bin/catseye watch "$source" "${options[@]}" ${WATCH_OPTIONS:-}
