#!/bin/sh
# What `npm run VERB` calls: prepares the clone and runs the verb under the chosen Node, whichever Node npm runs on.
root=${0%/*}/..
verb=$1
shift

. "$root/scripts/prepare.sh"
take_lock && choose_node && install_packages || exit 1
case $verb in
  build) build "$@" || exit 1 ;;
  test | quick | soak | bench | fuzz) built || build_quietly || exit 1 ;;
esac
drop_lock

cd "$root" || exit 1
case $verb in
  build) ;;
  test) exec "$node" node_modules/vitest/vitest.mjs run "$@" ;;
  quick)
    export QUICK=1
    exec "$node" node_modules/vitest/vitest.mjs run "$@"
    ;;
  soak)
    [ $# -gt 0 ] || set -- packages/pagewalk/test/engine
    export SOAK=1
    exec "$node" node_modules/vitest/vitest.mjs run "$@"
    ;;
  *) exec "$node" "scripts/$verb.ts" "$@" ;;
esac
