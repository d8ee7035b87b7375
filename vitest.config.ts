import { defineConfig } from 'vitest/config'

// `--mode interop` runs what needs Python environments (tools/reference/make-env.sh), and nothing else does; `--mode kills`
// kills each command of test/killed-runs.test.ts ten times.
const included: Readonly<Record<string, string[]>> = {
  interop: ['test/interop/*.test.ts'],
  kills: ['test/killed-runs.test.ts'],
}

export default defineConfig(({ mode }) => ({
  test: {
    include: included[mode] ?? ['src/**/*.test.ts', 'test/*.test.ts'],
    env: mode === 'kills' ? { KILLS: 'all' } : {},
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
}))
