#!/usr/bin/env bash
# Watches a source ($1) with the live page on $PORT. "studio" is a made-up crossroads of which everything is known: the page shows what
# truly happened beside what Catseye counts, and ends with the turning table. "plaza" is a real street clip, played over and over.
set -eu
cd "$(dirname "$0")/.."
source=${1:-studio}
options=(--port "${PORT:-8420}")
case $source in
  studio)
    film=examples/studio/crossroads
    [ -f $film/clip.mp4 ] || { echo "run: $film/clip.mp4 is not here. Get the whole repository, or: make run SOURCE=plaza" >&2; exit 1; }
    source=$film/clip.mp4
    options+=(--scene $film/scene.toml --truth $film/truth --stay --stream crossroads --out var/crossroads --replace)
    echo "== watching the studio crossroads: traffic by SUMO, filmed by the studio's renderer, every crossing known (SOURCE=plaza: a real street)"
    echo "== nobody tells the detector: the page shows what it counts beside what is true, and the turning table at the end"
    ;;
  plaza)
    scripts/clip.sh
    source="${CATSEYE_HOME:-${XDG_DATA_HOME:-$HOME/.local/share}/catseye}/clips/vtest.avi"
    options+=(--loop --learn 20 --stream plaza)
    echo "== watching a real plaza, over and over; count lines are proposed after 20 s"
    ;;
  *) echo "== watching $source" ;;
esac
exec .venv/bin/catseye watch "$source" "${options[@]}" ${WATCH_OPTIONS:-}
