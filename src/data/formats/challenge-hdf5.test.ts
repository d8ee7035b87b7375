import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as h5wasm from 'h5wasm/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataErrorReason } from '../data-error.ts'
import { readChallengeEvents, readChallengeInjections, writeChallengeEvents } from './challenge-hdf5.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-challenge-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function writeColumns(name: string, columns: Readonly<Record<string, Float64Array | Float32Array>>) {
  await h5wasm.ready
  const path = join(folder, name)
  const file = new h5wasm.File(path, 'w')
  for (const [column, data] of Object.entries(columns))
    file.create_dataset({ name: column, data, shape: [data.length] })
  file.close()
  return path
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing thrown',
    error => `${dataErrorReason(error)}: ${error.message.replaceAll(folder, 'DIR')}`,
  )

const three = Float64Array.of(1, 2, 3)

describe('challenge files', () => {
  it('come back as they were written, without events too', async () => {
    const written = {
      time: Float64Array.of(1_238_205_077.123456, 2),
      stat: Float64Array.of(-1.5, 7),
      var: Float64Array.of(0.1, 0.2),
    }
    const path = join(folder, 'events.hdf')
    await writeChallengeEvents(path, written)
    expect(await readChallengeEvents(path)).toEqual(written)
    const none = { time: new Float64Array(0), stat: new Float64Array(0), var: new Float64Array(0) }
    await writeChallengeEvents(path, none)
    expect(await readChallengeEvents(path)).toEqual(none)
  })

  it('are read in single precision too', async () => {
    const path = await writeColumns('single.hdf', { time: three, stat: Float32Array.of(0.5, 1, 2), var: three })
    expect((await readChallengeEvents(path)).stat).toEqual(Float64Array.of(0.5, 1, 2))
  })

  it('have a chirp distance or not', async () => {
    const columns = { tc: three, distance: three, mass1: three, mass2: three }
    expect(await readChallengeInjections(await writeColumns('plain.hdf', columns))).toEqual(columns)
    const weighted = { ...columns, chirp_distance: three }
    expect(await readChallengeInjections(await writeColumns('chirp.hdf', weighted))).toEqual(weighted)
  })

  it('are refused with what is wrong', async () => {
    await writeFile(join(folder, 'empty.hdf'), '')
    await writeFile(join(folder, 'text.hdf'), 'time stat var\n')
    expect(await failure(readChallengeEvents(join(folder, 'absent.hdf')))).toMatchInlineSnapshot(
      `"missing: data.readChallenge: DIR/absent.hdf does not exist; pass the path of a file of events"`,
    )
    expect(await failure(readChallengeEvents(folder))).toMatchInlineSnapshot(
      `"missing: data.readChallenge: DIR is a folder; pass the path of a file of events"`,
    )
    expect(await failure(readChallengeEvents(join(folder, 'empty.hdf')))).toMatchInlineSnapshot(
      `"empty: data.readChallenge: DIR/empty.hdf is empty (0 bytes); expected a file of events"`,
    )
    expect(await failure(readChallengeEvents(join(folder, 'text.hdf')))).toMatchInlineSnapshot(
      `"unknown: data.readChallenge: DIR/text.hdf is no HDF5 file; expected a file of events"`,
    )
    const lacking = await writeColumns('lacking.hdf', { time: three, stat: three })
    expect(await failure(readChallengeEvents(lacking))).toMatchInlineSnapshot(
      `"layout: data.Hdf5File: DIR/lacking.hdf has no dataset var; it holds stat, time"`,
    )
    const uneven = await writeColumns('uneven.hdf', { time: three, stat: three, var: Float64Array.of(1) })
    expect(await failure(readChallengeEvents(uneven))).toMatchInlineSnapshot(
      `"layout: data.readChallenge: DIR/uneven.hdf has 3 values of time but 1 of var; each of its events needs one of each"`,
    )
    const nan = await writeColumns('nan.hdf', { time: three, stat: Float64Array.of(1, Number.NaN, 2), var: three })
    expect(await failure(readChallengeEvents(nan))).toMatchInlineSnapshot(
      `"not-finite: data.readChallenge: DIR/nan.hdf: stat[1] of its events is NaN; expected finite numbers"`,
    )
    expect(
      await failure(writeChallengeEvents(join(folder, 'x.hdf'), { time: three, stat: three, var: Float64Array.of(1) })),
    ).toMatchInlineSnapshot(`"layout: data.writeChallengeEvents: expected 3 values of var, got 1; pass one an event"`)
  })
})
