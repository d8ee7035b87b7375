#!/usr/bin/env node
import { runCli } from './program.ts'

// A reader that has seen enough (`quad look | head -1`) closes the pipe: no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

process.exitCode = await runCli(process.argv.slice(2), process)
