import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readSafetensors } from '../src/train/index.ts'
import { exampleFiles, quadProgram, treeOf } from './quad-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'quadrupole-full-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A disk of 2 MB that only the script sees, and what fills it: Linux lets those who may not mount do so, as a rule. */
const prelude = `
  set -u
  mkdir -p disk
  mount -t tmpfs -o size=2m none disk || exit 99
  quad() { '${process.execPath}' '${quadProgram}' "$@"; }
  fill() { dd if=/dev/zero of=disk/filler bs=1k 2>/dev/null || true; }
  free() { rm disk/filler; }
`
const unshare = (script: string) => ['-Urm', 'sh', '-c', `${prelude}${script}`]
const canMount = spawnSync('unshare', unshare('exit 0'), { cwd: folder }).status === 0

/** Runs a shell script with a small disk of its own. */
function onSmallDisk(script: string): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn('unshare', unshare(script), { cwd: folder })
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
    })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', status => resolve({ status, ...written }))
  })
}

const errorsIn = (stderr: string): readonly string[] => stderr.split('\n').filter(line => line.startsWith('error: '))

describe.skipIf(!canMount)('a full disk', () => {
  it('ends a training with its last checkpoint whole, from which it goes on to the same bits', {
    timeout: 600_000,
  }, async () => {
    writeFileSync(join(folder, 'tiny.toml'), tiny)
    const { status, stdout, stderr } = await onSmallDisk(`
      quad train tiny.toml --out whole >/dev/null || exit 1
      quad train tiny.toml --out disk/run >/dev/null &
      while [ ! -f disk/run/checkpoint.safetensors ]; do sleep 0.02; done
      fill
      wait $!
      echo "ended with $?"
      ls -A disk/run
      cp disk/run/checkpoint.safetensors kept.safetensors
      free
      quad train tiny.toml --out disk/run --resume >/dev/null || exit 2
      cp -r disk/run resumed
    `)
    expect([status, stdout.split('\n')[0]]).toEqual([0, 'ended with 10'])
    expect(stdout).not.toContain('partial')
    expect(errorsIn(stderr)).toEqual([
      expect.stringMatching(/can't write disk\/run\/[\w.-]+: the disk is full; free space or choose another disk$/),
    ])
    const { metadata } = await readSafetensors(join(folder, 'kept.safetensors'))
    const { step } = JSON.parse(metadata['quadrupole.position']!)
    expect(step).toBeGreaterThanOrEqual(5)
    expect(step).toBeLessThan(200)
    expect(await treeOf(join(folder, 'resumed'))).toEqual(await treeOf(join(folder, 'whole')))
  })

  it('stops a search and a challenge with an error that says so, and nothing half written', {
    timeout: 600_000,
  }, async () => {
    const search = `quad search ${exampleFiles.map(path => `'${path}'`).join(' ')} --out disk/report --json`
    const challenge = 'quad challenge run --set 1 --seed 5 --days 0.003 --model $MODEL --out disk/challenge --json'
    const { status, stdout, stderr } = await onSmallDisk(`
      MODEL='${join(import.meta.dirname, '../models/bbh')}'
      fill
      ${search} >/dev/null
      echo "search ended with $?"
      ${challenge} >/dev/null
      echo "challenge ended with $?"
      find disk -type f
      free
      ${search} >found.json || exit 2
      ${challenge} >challenge.json || exit 3
      cat disk/report/index.html >page.html
    `)
    expect([status, stdout.split('\n')]).toEqual([
      0,
      ['search ended with 10', 'challenge ended with 10', 'disk/filler', ''],
    ])
    expect(errorsIn(stderr)).toEqual([
      expect.stringMatching(/ can't write .*: the disk is full; free space or choose another disk$/),
      expect.stringMatching(/ can't (write|use) .*: the disk is full; free space or choose another disk$/),
    ])
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    expect(JSON.parse(read('found.json')).events).toHaveLength(1)
    expect(JSON.parse(read('challenge.json')).events).toMatchObject({ background: expect.any(Number) })
    expect(read('page.html')).toContain('</html>')
  })
})

const tiny = `
seed = 2

[model]
kind = "resnet"
blocks = [1]
width = 4
norm = { groups = 2 }

[data]
kind = "chirps"
window = 256
mergerRange = [0.1, 0.2]

[training]
steps = 200
batch = 8
checkpointEvery = 5
logEvery = 4
threads = 1

[evaluation]
every = 100
batches = 2
`
