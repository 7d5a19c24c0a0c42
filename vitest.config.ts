import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    // A core each: by default one is left for the watcher, which on two cores doubles the time.
    maxWorkers: '100%',
    include: ['packages/*/test/**/*.test.ts', '{scripts,bench,traces}/test/**/*.test.ts'],
    reporters: ['default', './scripts/closing-line.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
