import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runCli } from './program.ts'

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../search/challenge/fixtures/mlgwsc1/set1-${name}.hdf`, import.meta.url))

const files = [
  ['--injections', fixture('injections')],
  ['--foreground', fixture('foreground-events')],
  ['--background', fixture('background-events')],
] as const

async function score(...args: readonly string[]) {
  const written = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      written[name] += text
      return true
    },
  })
  const exit = await runCli(['challenge', 'score', ...args], { stdout: stream('stdout'), stderr: stream('stderr') })
  return { exit, ...written }
}

describe('quad challenge score', () => {
  it('prints one JSON object with the official fields by their official names', async () => {
    const { exit, stdout, stderr } = await score(...files.flat(), '--duration', '7200', '--json')
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    const result = JSON.parse(stdout)
    expect(Object.keys(result).sort()).toMatchInlineSnapshot(`
      [
        "distances",
        "false-positive-diffs",
        "false-positive-event-indices",
        "false-positives",
        "far",
        "fg-events",
        "fg-far",
        "found-indices",
        "missed-indices",
        "sensitive-distance",
        "sensitive-fraction",
        "sensitive-volume",
        "sensitive-volume-error",
        "sorting-indices",
        "thresholds",
        "true-positive-diffs",
        "true-positive-event-indices",
        "true-positives",
      ]
    `)
    expect(result.far[0]).toBe(419 / 7200)
    expect(result['sensitive-distance'].at(-1)).toBeCloseTo(2756.60982353, 8)
    expect(result['found-indices']).toHaveLength(605)
    expect(result['fg-events'].map((row: number[]) => row.length)).toEqual([605, 605, 605])
    expect(result.distances[0]).toMatchObject({ falseAlarmsPerMonth: 1000, attainedPerMonth: 720 })
  })

  it('prints the distances as a table without --json', async () => {
    const { stdout } = await score(...files.flat(), '--duration', '7200')
    expect(stdout).toMatchInlineSnapshot(`
      "206 events near an injection, 399 not; 420 background events

        false alarms / month  sensitive distance (Mpc)  threshold
        1000                  2933.7 +/- 124.6          7.13848
        100                   not resolved below 360
        10                    not resolved below 360
        1                     not resolved below 360
      "
    `)
  })

  it('takes the events of several files together', async () => {
    const twice = fixture('background-events')
    const { stdout } = await score(...files.flat(), twice, '--duration', '7200', '--json')
    expect(JSON.parse(stdout).far).toHaveLength(840)
  })

  it('takes a background of another length', async () => {
    const { stdout } = await score(...files.flat(), '--duration', '7200', '--background-duration', '14400', '--json')
    expect(JSON.parse(stdout).far[0]).toBe(419 / 14_400)
  })

  it('refuses wrong use and wrong files with an exit code and a line of its own', async () => {
    const failed = async (...args: string[]) => {
      const { exit, stdout, stderr } = await score(...args)
      expect(stdout).toBe('')
      return `${exit} ${stderr.replaceAll(/\S*\/(?=set1)/g, 'DIR/')}`
    }
    expect(await failed(...files.flat())).toMatchInlineSnapshot(`
      "2 error: quad challenge score: expected the length of the data; give --duration SECONDS, or --data FILES to take it from them
      "
    `)
    expect(await failed(...files.flat(), '--duration', 'month')).toMatchInlineSnapshot(`
      "2 error: quad challenge score: expected a positive number of seconds, got 'month'
      "
    `)
    expect(await failed(...files.flat(), '--duration', '-1')).toMatchInlineSnapshot(`
      "2 error: quad challenge score: expected a positive number of seconds, got '-1'
      "
    `)
    expect(
      await failed(...files[0], ...files[1], '--background', 'absent.hdf', '--duration', '7200'),
    ).toMatchInlineSnapshot(`
        "10 error: data.readChallenge: absent.hdf does not exist; pass the path of a file of events
        "
      `)
    expect(
      await failed(...files[0], ...files[1], '--background', fixture('injections'), '--duration', '7200'),
    ).toMatchInlineSnapshot(`
      "14 error: data.Hdf5File: DIR/set1-injections.hdf has no dataset time; it holds chirp_distance, coa_phase, dec, distance, inclination, mass1, mass2, mchirp and 4 more
      "
    `)
  })
})
