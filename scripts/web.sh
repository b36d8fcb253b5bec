#!/usr/bin/env bash
# Builds the live page into src/catseye/api/static from the locked packages. Run it as often as you like.
set -eu
cd "$(dirname "$0")/../web"
version=$(node --version 2>/dev/null || true)
major=${version#v}
major=${major%%.*}
[ "${major:-0}" -ge 20 ] || { echo "The live page is built with Node.js 20.19 or newer; ${version:-none} found." >&2; exit 1; }
# left behind by the last install: the same lock means the packages are there already
if cmp -s package-lock.json node_modules/.catseye-lock.json; then
  echo "== web: packages are as locked"
else
  echo "== web: installing the locked packages"
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.catseye-lock.json
fi
echo "== web: checking types"
npm run --silent check
echo "== web: unit tests"
npm test --silent -- --reporter=dot
echo "== web: building the page"
npm run --silent build -- --logLevel=warn
[ -f ../src/catseye/api/static/index.html ] || { echo "The page was not built." >&2; exit 1; }
