import { afterEach } from 'vitest'
import type { Executor } from '../runtime/executor.ts'

/** Keeps executors that tests make, to dispose of after each test; call it where the tests stand. */
export function disposedAfterEach(): (executor: Executor) => Executor {
  const executors: Executor[] = []
  afterEach(async () => {
    await Promise.all(executors.splice(0).map(executor => executor.dispose()))
  })
  return executor => {
    executors.push(executor)
    return executor
  }
}
