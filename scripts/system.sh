#!/usr/bin/env bash
# Installs the Debian packages that some tests use: a real RTSP server and a browser. Never fails: without them those tests skip.
set -u
packages=(python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad
  gstreamer1.0-plugins-ugly chromium)
skip() { echo "system: $1; tests that need ${missing[*]} will skip"; exit 0; }

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
command -v apt-get >/dev/null || skip "not a Debian-like machine"
if [ "$(id -u)" = 0 ]; then root=(); elif sudo -n true 2>/dev/null; then root=(sudo -n); else skip "no right to install packages"; fi

echo "== installing for the tests: ${missing[*]}"
${root[@]+"${root[@]}"} apt-get -qq update || skip "apt-get update failed"
${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null \
  || skip "apt-get install failed"
