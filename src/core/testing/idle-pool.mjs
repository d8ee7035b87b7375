// Uses a pool and leaves it open: the process must end all the same.
import { createWorkerPool, workerTask } from '../../../dist/core/index.js'

const pool = createWorkerPool({ size: 2 })
const double = workerTask(new URL('./tasks.mjs', import.meta.url), 'double')
process.stdout.write((await pool.map(double, [1, 2, 3])).join())
