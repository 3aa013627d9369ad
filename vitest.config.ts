import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { 'vge-perf': new URL('./src/index.ts', import.meta.url).pathname } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/temporary.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // What the loader compiled is imported by Node itself, as in production.
    server: { deps: { external: [/vge-perf-modules-/, /\/dist\//] } },
  },
})
