import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The interpreter of a Python environment that `tools/reference/make-env.sh` built.
 *
 * @throws where it is not there, saying how to build it.
 */
export function pythonOf(environment: string): string {
  const { QUADRUPOLE_ENVS, XDG_CACHE_HOME } = process.env
  const folder = QUADRUPOLE_ENVS ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'quadrupole', 'envs')
  const python = join(folder, environment, 'bin', 'python')
  if (!existsSync(python))
    throw new Error(
      `no Python environment '${environment}' at ${join(folder, environment)}; ` +
        `build it with 'tools/reference/make-env.sh ${environment}', or set QUADRUPOLE_ENVS to the folder that holds it`,
    )
  return python
}
