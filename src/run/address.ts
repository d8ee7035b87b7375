import { createHash } from 'node:crypto'
import {
  canonicalJson,
  createManifest,
  ioError,
  type Manifest,
  type ManifestInput,
  QuadrupoleError,
} from '../core/index.ts'
import type { Step } from './step.ts'

/** Where in a cache a step's outcome is kept, and all that determines it. */
export interface AddressedStep {
  readonly step: Step
  /** The name of its folder in the cache. */
  readonly entry: string
  readonly manifest: Manifest
  readonly after: Readonly<Record<string, AddressedStep>>
}

/**
 * Gives steps their addresses: a hash of name, version, configuration, seed, contents of the input files, version of this
 * package and addresses of the steps that come before. Each file is read once.
 */
export function createAddresser(): (step: Step) => Promise<AddressedStep> {
  const addressed = new Map<Step, Promise<AddressedStep>>()
  const hashed = new Map<string, Promise<ManifestInput>>()
  const hashOf = (path: string): Promise<ManifestInput> => {
    const known = hashed.get(path) ?? createManifest({ command: '', inputs: [path] }).then(({ inputs }) => inputs[0]!)
    hashed.set(path, known)
    return known
  }

  const compute = async (step: Step): Promise<AddressedStep> => {
    try {
      const after: Record<string, AddressedStep> = {}
      for (const [name, earlier] of Object.entries(step.after)) after[name] = await addressOf(earlier)
      const inputs: ManifestInput[] = []
      for (const path of step.inputs) inputs.push(await hashOf(path))
      const before = Object.fromEntries(Object.entries(after).map(([name, { entry }]) => [name, entry]))
      const { name: command, version, seed } = step
      const configuration = { version, configuration: step.configuration, after: before }
      const manifest = {
        ...(await createManifest({ command, configuration, ...(seed !== undefined && { seed }) })),
        inputs,
      }
      return { step, entry: `${command}-${digest(manifest)}`, manifest, after }
    } catch (error) {
      throw stepError(step.name, error)
    }
  }
  const addressOf = (step: Step): Promise<AddressedStep> => {
    const known = addressed.get(step) ?? compute(step)
    addressed.set(step, known)
    return known
  }
  return addressOf
}

/** 80 bits: no two of a cache's entries will ever agree by chance. */
function digest({ command, configuration, seed, inputs, versions }: Manifest): string {
  const contents = inputs.map(({ sha256 }) => sha256)
  const determining = canonicalJson({ command, configuration, seed, contents, quadrupole: versions.quadrupole })
  return createHash('sha256').update(JSON.stringify(determining)).digest('hex').slice(0, 20)
}

/** The error of a step: of the same code, naming it, once. */
export function stepError(name: string, error: unknown): QuadrupoleError {
  if (error instanceof QuadrupoleError && error.details.step !== undefined) return error
  const where = `step '${name}'`
  if (error instanceof QuadrupoleError)
    return new QuadrupoleError(error.code, `${where}: ${error.message}`, {
      cause: error,
      details: { ...error.details, step: name },
    })
  const { syscall, path = 'a file' } = error as NodeJS.ErrnoException
  const told = syscall === undefined ? undefined : ioError(where, 'use', path, error)
  const message = told?.message ?? `${where}: ${error instanceof Error ? error.message : String(error)}`
  return new QuadrupoleError(told?.code ?? 'runtime', message, {
    cause: error,
    details: { ...told?.details, step: name },
  })
}
