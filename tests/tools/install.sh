#!/usr/bin/env bash
# Installs what the tests use from npm into the folder given, once; prints nothing when it is there.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:?usage: install.sh FOLDER}"
target=$(cd "$1" && pwd)
stamp="$target/.installed"
want=$(cksum < "$here/package.json")

if [ "$(cat "$stamp" 2>/dev/null || true)" = "$want" ]; then
  exit 0
fi
if ! command -v npm >/dev/null 2>&1; then
  apt-get update -qq
  apt-get install -y -qq nodejs npm
fi
cp "$here/package.json" "$target/package.json"
cd "$target"
# Node itself first: npm chooses versions of the others by the Node that runs it.
npm install --no-audit --no-fund --loglevel=error --no-save node@22.23.3
export PATH="$target/node_modules/node/bin:$PATH"
npm install --no-audit --no-fund --loglevel=error
node --version | grep -q '^v22\.'
printf '%s' "$want" > "$stamp"
