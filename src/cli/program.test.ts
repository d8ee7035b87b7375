import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorCodes, normal, QuadrupoleError, randomKey } from '../core/index.ts'
import { dataError, dataErrorReasons } from '../data/index.ts'
import { writeGwoscFile } from '../data/testing/gwosc-file.ts'
import { exitCodeOf } from './exit-codes.ts'
import { runCli } from './program.ts'

const hanford = fileURLToPath(new URL('../../examples/data/H-H1_GWOSC_4KHZ_R1-1126259447-32.hdf5', import.meta.url))
const livingston = hanford.replace('H-H1', 'L-L1')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-cli-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs the command line on in-memory streams; the temporary folder's name is left out. */
async function quad(...args: string[]) {
  const written = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      written[name] += text
      return true
    },
  })
  const exit = await runCli(args, { stdout: stream('stdout'), stderr: stream('stderr') })
  return { exit, stdout: written.stdout.replaceAll(folder, 'DIR'), stderr: written.stderr.replaceAll(folder, 'DIR') }
}

/** Exit code and message of a look that must fail, with nothing on stdout. */
async function failedLook(...files: string[]): Promise<string> {
  const { exit, stdout, stderr } = await quad('look', ...files, '--no-model', '--out', join(folder, 'report'))
  expect(stdout).toBe('')
  expect(stderr.match(/\n/g)).toHaveLength(1)
  return `${exit} ${stderr.trim()}`
}

describe('quad look', () => {
  it('prints what it found and where the report is', async () => {
    const { exit, stdout, stderr } = await quad('look', '--example', '--no-model', '--out', join(folder, 'report'))
    expect(exit).toBe(0)
    expect(stderr).toBe('')
    expect(stdout).toMatchInlineSnapshot(`
      "The detectors have most in common at GPS 1126259462.42, 12.6 times as far above the usual as at any other moment. No network was used.

        GPS time           1126259462.422  2015-09-14 09:50:45.422 UTC
        delay              7.3 ms          H1 after L1; light takes 10.0 ms
        cross-correlation  6.19            next highest 0.84; 56.3 sigma above the rest

      Report: DIR/report/index.html
      "
    `)
    expect(await readFile(join(folder, 'report/index.html'), 'utf8')).toContain('</html>')
  })

  it('prints one JSON object with --json', async () => {
    const out = join(folder, 'report')
    const { exit, stdout } = await quad('look', livingston, hanford, '--json', '--no-model', '--out', out)
    expect(exit).toBe(0)
    const result = JSON.parse(stdout)
    expect(Math.abs(result.event.gpsTime - 1_126_259_462.42)).toBeLessThan(0.015)
    expect(Math.abs(result.event.delay - 0.0069)).toBeLessThan(0.001)
    expect(result.report).toBe('DIR/report/index.html')
  })
})

describe('quad look refuses with an exit code and a line of its own', () => {
  const strain = (seed: number) => normal(randomKey(seed), 16 * 4096).map(value => value * 1e-21)

  it('a file that is not there', async () => {
    expect(await failedLook(join(folder, 'absent.hdf5'), livingston)).toMatchInlineSnapshot(
      `"10 error: data.openStrain: DIR/absent.hdf5 does not exist; pass the path of a strain file"`,
    )
  })

  it('an empty file', async () => {
    await writeFile(join(folder, 'empty.hdf5'), '')
    expect(await failedLook(join(folder, 'empty.hdf5'), livingston)).toMatchInlineSnapshot(
      `"11 error: data.openStrain: DIR/empty.hdf5 is empty (0 bytes); fetch it again"`,
    )
  })

  it('a file that is not HDF5', async () => {
    await writeFile(join(folder, 'text.hdf5'), 'not found\n'.repeat(100))
    expect(await failedLook(join(folder, 'text.hdf5'), livingston)).toMatchInlineSnapshot(
      `"12 error: data.openStrain: DIR/text.hdf5 is in no format known here; expected GWOSC HDF5, PyCBC/MLGWSC-1 HDF5, GWpy/aframe HDF5 or cogwheel NPZ"`,
    )
  })

  it('a truncated file', async () => {
    await writeFile(join(folder, 'cut.hdf5'), (await readFile(hanford)).subarray(0, 700_000))
    expect(await failedLook(join(folder, 'cut.hdf5'), livingston)).toMatchInlineSnapshot(
      `"13 error: data.Hdf5File.open: DIR/cut.hdf5 is truncated: it has 700000 of 1040781 bytes; fetch it again"`,
    )
  })

  it('a file without its detector', async () => {
    await writeGwoscFile(join(folder, 'nameless.hdf5'), { strain: strain(1), without: ['meta/Detector'] })
    expect(await failedLook(join(folder, 'nameless.hdf5'), livingston)).toMatchInlineSnapshot(
      `"14 error: data.Hdf5File: DIR/nameless.hdf5 has no dataset meta/Detector; it holds meta, meta/Duration, meta/GPSstart, quality, quality/simple, quality/simple/DQmask, strain, strain/Strain"`,
    )
  })

  it('strain full of NaN', async () => {
    await writeGwoscFile(join(folder, 'nan.hdf5'), { strain: new Float64Array(16 * 4096).fill(Number.NaN) })
    expect(await failedLook(join(folder, 'nan.hdf5'), livingston)).toMatchInlineSnapshot(
      `"21 error: data.readStrain: DIR/nan.hdf5: strain is NaN or infinite in GPS 1126259447 to 1126259463 (65536 of 65536 samples); choose a stretch without it"`,
    )
  })

  it('strain that stands still', async () => {
    await writeGwoscFile(join(folder, 'flat.hdf5'), { strain: new Float64Array(16 * 4096) })
    expect(await failedLook(join(folder, 'flat.hdf5'), livingston)).toMatchInlineSnapshot(
      `"22 error: data.readStrain: DIR/flat.hdf5: strain does not change in GPS 1126259447 to 1126259463 (65536 of 65536 samples); choose a stretch without it"`,
    )
  })

  it('two files of different times', async () => {
    await writeGwoscFile(join(folder, 'later.hdf5'), { strain: strain(2), gpsStart: 1_126_260_000 })
    await writeGwoscFile(join(folder, 'now.hdf5'), { strain: strain(3), detector: 'L1' })
    expect(await failedLook(join(folder, 'later.hdf5'), join(folder, 'now.hdf5'))).toMatchInlineSnapshot(
      `"23 error: search.look: DIR/later.hdf5 spans GPS 1126260000 to 1126260016, DIR/now.hdf5 GPS 1126259447 to 1126259463; pass files of the same span"`,
    )
  })

  it('two files of the same detector', async () => {
    await copyFile(hanford, join(folder, 'copy.hdf5'))
    expect(await failedLook(join(folder, 'copy.hdf5'), join(folder, 'copy.hdf5'))).toMatchInlineSnapshot(
      `"24 error: search.look: DIR/copy.hdf5 and DIR/copy.hdf5 are both of H1; pass files of two different detectors"`,
    )
  })

  it('another number of files than two, and files with --example', async () => {
    expect(await failedLook(livingston)).toMatchInlineSnapshot(
      `"2 error: quad look: expected two strain files, one a detector, got 1; try quad look --example"`,
    )
    expect(await failedLook(livingston, '--example')).toMatchInlineSnapshot(
      `"2 error: quad look: --example looks at its own files; leave out either it or FILES"`,
    )
  })

  it('a network without its card', async () => {
    const { exit, stderr } = await quad('look', '--example', '--model', join(folder, 'absent.onnx'))
    expect(`${exit} ${stderr}`).toMatchInlineSnapshot(`
      "3 error: search.loadNetwork: DIR/model.json can't be read; a network needs its model.json
      "
    `)
  })
})

describe('quad', () => {
  it('explains itself, exit codes included', async () => {
    const { exit, stdout } = await quad('--help')
    expect(exit).toBe(0)
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: quad [options] [command]

      Machine learning for gravitational waves.

      Options:
        --version                         print the version
        --debug                           show the stack of an error
        --help                            show this help

      Commands:
        search [options] [FILES...]       find mergers in strain, with false-alarm
                                          rates
        sensitivity [options] <FILES...>  measure how far a search of strain sees,
                                          with signals put into it
        look [options] [FILES...]         find the most striking moment in strain of
                                          two detectors
        train [options] <CONFIG>          train a detector as a configuration says
        background [options] <FILES...>   measure how often noise alone looks like a
                                          merger to a model
        challenge [options]               the mock data challenge MLGWSC-1: run,
                                          search, score
        help [command]                    display help for command

      Exit codes:
         0  success
         1  internal error
         2  wrong use: unknown option or command, value out of range
         3  wrong configuration or model.json
         4  not possible here (operator, provider, platform)
         5  the inference engine refused or failed
         6  a worker thread died
         7  stopped on request
        10  a file can not be read or written
        11  a file is empty
        12  a file is in no format known
        13  a file is truncated
        14  a file lacks something that its format demands
        15  a file is damaged
        20  the data are unusable
        21  strain is NaN or infinite
        22  strain does not change: nothing was measured
        23  files differ in time or sample rate, or are too short
        24  files are not of two different detectors, or not of those asked for
        70  internal: shapes do not fit
        71  internal: wrong dtype
        72  internal: a traced tensor escaped
        73  internal: used after disposal
      "
    `)
  })

  it('explains a command', async () => {
    expect((await quad('look', '--help')).stdout).toMatchInlineSnapshot(`
      "Usage: quad look [options] [FILES...]

      Reads strain of two detectors over the same time, whitens it, slides a small
      network over it, correlates the detectors within the light travel time, and
      writes a report of what stands out.

      Arguments:
        FILES           two strain files of one detector each (HDF5 of GWOSC, PyCBC or
                        GWpy)

      Options:
        --example       look at GW150914, with the strain files that come with the
                        package
        --out <DIR>     folder of the report (default: "report")
        --json          print the result as JSON
        --model <FILE>  ONNX file of the network, with its model.json beside it
        --no-model      use no network, only the cross-correlation
        --debug         show the stack of an error
        --help          show this help
      "
    `)
  })

  it('suggests what was meant by a wrong option or command', async () => {
    expect(await quad('look', '--exmaple')).toMatchInlineSnapshot(`
      {
        "exit": 2,
        "stderr": "error: unknown option '--exmaple'
      (Did you mean --example?)
      ",
        "stdout": "",
      }
    `)
    expect(await quad('lok')).toMatchInlineSnapshot(`
      {
        "exit": 2,
        "stderr": "error: unknown command 'lok'
      (Did you mean look?)
      ",
        "stdout": "",
      }
    `)
  })

  it('shows the stack and the causes of an error with --debug only', async () => {
    const args = ['look', join(folder, 'absent.hdf5'), livingston, '--no-model']
    expect((await quad(...args)).stderr).not.toContain(' at ')
    const { stderr } = await quad(...args, '--debug')
    expect(stderr).toMatch(/\n {4}at /)
    expect(stderr).toMatch(/caused by Error: ENOENT/)
  })
})

describe('exit codes', () => {
  it('are distinct for each error code and for each reason of a data error, and never 0', () => {
    const codes = errorCodes.map(code => exitCodeOf(new QuadrupoleError(code, '')))
    expect(new Set(codes).size).toBe(errorCodes.length)
    const reasons = (Object.keys(dataErrorReasons) as (keyof typeof dataErrorReasons)[]).map(reason =>
      exitCodeOf(dataError(reason, '')),
    )
    expect(new Set(reasons).size).toBe(reasons.length)
    expect([...codes, ...reasons]).not.toContain(0)
    expect(exitCodeOf(new TypeError('a bug'))).toBe(1)
  })
})
