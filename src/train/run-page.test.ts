import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MetricsLine } from './metrics-file.ts'
import { type RunPageData, writeRunPage } from './run-page.ts'

const lines: MetricsLine[] = Array.from({ length: 30 }, (_, i) => ({
  step: 10 * (i + 1),
  kind: 'training',
  values: { loss: 0.7 * 0.9 ** i, gradientNorm: 1 / (i + 1), learningRate: 1e-3, largest: i },
}))
const evaluated: MetricsLine[] = [100, 200, 300].map(step => ({
  step,
  kind: 'evaluation',
  values: { loss: 20 / step, auroc: 1 - 10 / step, odd: Number.NaN },
}))
const data: RunPageData = {
  title: 'Training of resnet on <chirps>',
  lead: 'A test.',
  steps: 300,
  lines: [...lines, ...evaluated],
  best: { step: 300, value: 0.9667 },
  monitor: 'auroc',
  configuration: 'seed = 1\n[model]\nkind = "resnet"\n',
  files: { 'metrics.jsonl': 'all numbers' },
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-run-page-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('writeRunPage', () => {
  it('writes a page that needs nothing from outside, and each figure', async () => {
    const page = await readFile(await writeRunPage(folder, data), 'utf8')
    expect((await readdir(folder)).toSorted()).toEqual([
      'evaluation-auroc.svg',
      'gradient-norm.svg',
      'index.html',
      'learning-rate.svg',
      'loss.svg',
      'training-largest.svg',
    ])
    expect(/(src|href)="(?!data:|[\w-]+\.(svg|jsonl))/.exec(page)?.[0]).toBeUndefined()
    expect(/<script|@import|url\((?!#)/.exec(page)?.[0]).toBeUndefined()
    for (const text of ['&lt;chirps&gt;', 'Best auroc', '0.9667', 'kind = &quot;resnet&quot;', 'not finite'])
      expect(page.includes(text), text).toBe(true)
    expect(page.match(/<figure>/g)).toHaveLength(5)
  })

  it('writes the same bytes twice', async () => {
    const first = await readFile(await writeRunPage(folder, data), 'utf8')
    expect((await readFile(await writeRunPage(folder, data), 'utf8')) === first).toBe(true)
  })

  it('writes a page when there is nothing to show yet', async () => {
    const page = await readFile(await writeRunPage(folder, { ...data, lines: [], best: null }), 'utf8')
    expect(page.includes('<figure>')).toBe(false)
  })
})
