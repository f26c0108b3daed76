#!/usr/bin/env bash
# Installs what the tests use from npm and PyPI into the folder given, once; prints nothing when it is there.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:?usage: install.sh FOLDER}"
target=$(cd "$1" && pwd)
# Of the system: the tests start it by its name.
if ! command -v redis-server >/dev/null 2>&1 && ! command -v valkey-server >/dev/null 2>&1; then
  apt-get update -qq
  apt-get install -y -qq redis-server
fi
if ! command -v chromium >/dev/null 2>&1 && ! command -v chromium-browser >/dev/null 2>&1 &&
  ! command -v google-chrome >/dev/null 2>&1; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends chromium
fi
stamp="$target/.installed"
want=$(cat "$here/package.json" "$here/requirements.txt" | cksum)

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
if ! python3 -m venv "$target/python" >/dev/null 2>&1; then
  apt-get update -qq
  apt-get install -y -qq python3 python3-venv
  python3 -m venv "$target/python"
fi
"$target/python/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
printf '%s' "$want" > "$stamp"
