import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'quadrupole-quad-look-'))
afterAll(() => rmSync(folder, { recursive: true }))

const quad = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], { cwd: folder, encoding: 'utf8' })

describe('the built quad', () => {
  test('finds GW150914 in the example files from any folder and writes a report', () => {
    const { status, stdout } = quad('look', '--example', '--json')
    expect(status).toBe(0)
    const { event, crossCheck, report } = JSON.parse(stdout)
    expect(Math.abs(event.gpsTime - 1_126_259_462.42)).toBeLessThan(0.015)
    expect(Math.abs(event.delay - 0.0069)).toBeLessThan(0.001)
    expect(crossCheck.prominence).toBeGreaterThan(5)
    expect(report).toBe('report/index.html')
    expect(readFileSync(join(folder, report), 'utf8')).toContain('1126259462.42')
  })

  test('ends with the exit code of its error and one line on stderr', () => {
    const { status, stdout, stderr } = quad('look', 'a.hdf5', 'b.hdf5', '--no-model')
    expect({ status, stdout, stderr }).toMatchInlineSnapshot(`
      {
        "status": 10,
        "stderr": "error: data.openStrain: a.hdf5 does not exist; pass the path of a strain file
      ",
        "stdout": "",
      }
    `)
  })
})
