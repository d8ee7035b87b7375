import { parentPort } from 'node:worker_threads'
import { QuadrupoleError } from './errors.ts'
import { packThrown } from './thrown.ts'
import { unwrapTransfer } from './worker-task.ts'
import type { WorkerReply, WorkerRequest } from './worker-thread.ts'

const port = parentPort
if (port === null)
  throw new QuadrupoleError(
    'worker',
    'core.workerEntry: this module only runs in a worker thread; use createWorkerPool',
  )

const reply = (message: WorkerReply, transfer: readonly unknown[] = []): void =>
  port.postMessage(message, transfer as ArrayBuffer[])

port.on('message', async ({ id, url, exportName, argument }: WorkerRequest) => {
  try {
    const run = await findTask(url, exportName)
    const { result, transfer } = unwrapTransfer(await run(argument))
    try {
      reply({ id, result }, transfer)
    } catch (cause) {
      throw new QuadrupoleError(
        'worker',
        `core.WorkerPool.run: the result of task '${exportName}' can't be sent back; return plain data and typed arrays`,
        { cause, details: { task: exportName, module: url } },
      )
    }
  } catch (thrown) {
    reply({ id, thrown: packThrown(thrown) })
  }
})

async function findTask(url: string, exportName: string): Promise<(argument: unknown) => unknown> {
  const module: Record<string, unknown> = await import(url)
  const run = module[exportName]
  if (typeof run === 'function') return run as (argument: unknown) => unknown
  throw new QuadrupoleError(
    'argument',
    `core.WorkerPool.run: expected a function '${exportName}' in ${url}, which exports ${Object.keys(module).join(', ')}`,
    { details: { task: exportName, module: url } },
  )
}
