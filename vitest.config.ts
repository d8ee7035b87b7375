import { defineConfig } from 'vitest/config'

// `--mode interop` runs what needs Python environments (tools/reference/make-env.sh), and nothing else does.
export default defineConfig(({ mode }) => ({
  test: {
    include: mode === 'interop' ? ['test/interop/*.test.ts'] : ['src/**/*.test.ts', 'test/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
}))
