import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

/**
 * What `npm run quick` leaves to `npm test`: programs under valgrind, a browser, the kernel, many compilations, every format of traces, long random campaigns,
 * each of several seconds.
 */
const LONG = [
  'packages/cli/test/{record,record-children,record-kernel,record-faults,bad-calls,signals,compare,own-policy,bundle,inspect,convert}.test.ts',
  'packages/pagewalk/test/trace/{compression,formats,fuzz}/**',
  'packages/pagewalk/test/trace/{vmt/damaged,binary/damaged,writers/round-trips,lines/messages}.test.ts',
  'packages/pagewalk/test/browser/**',
  'packages/pagewalk/test/conformance/{machine,operations,references}.test.ts',
  'packages/pagewalk/test/engine/policies/{pff,ws,vmin}.test.ts',
  'packages/pagewalk/test/golden/**',
  'packages/pagewalk/test/policy/{one-door,hostile}.test.ts',
  'packages/pagewalk/test/engine/space/{model,pressure,twins,cpus,mutation,blocks}.test.ts',
  'packages/pagewalk/test/engine/{mutation,library,scale,runs}.test.ts',
  'packages/pagewalk/test/kernel/**',
  'packages/pagewalk/test/lab/**',
  'packages/pagewalk/test/trace/fuzz/smoke.test.ts',
  'packages/pagewalk/test/machine/run.test.ts',
  'packages/pagewalk/test/golden-traces.test.ts',
  '{bench,scripts}/test/**',
];

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    // A core each: by default one is left for the watcher, which on two cores doubles the time.
    maxWorkers: '100%',
    include: ['packages/*/test/**/*.test.ts', '{scripts,bench,traces}/test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(process.env['QUICK'] === '1' ? LONG : [])],
    reporters: ['default', './scripts/closing-line.ts'],
    // Policies that tests compile are kept for the next run.
    env: { XDG_CACHE_HOME: fileURLToPath(new URL('.build/cache', import.meta.url)) },
    testTimeout: process.env['SOAK'] === '1' ? 900_000 : 30_000,
    hookTimeout: 60_000,
  },
});
