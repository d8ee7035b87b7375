import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { pythonOf } from '../../bench/harness/environment.ts'
import { tensor } from '../../src/tensor/index.ts'
import { writeSafetensors } from '../../src/train/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'quadrupole-safetensors-'))
afterAll(() => rmSync(folder, { recursive: true }))

const script = `
import json, sys
from safetensors import safe_open
with safe_open(sys.argv[1], framework="pt") as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    print(json.dumps({
        "metadata": file.metadata(),
        "tensors": {n: [str(t.dtype), list(t.shape), t.flatten().tolist()] for n, t in sorted(tensors.items())},
    }))
`

it('Python’s safetensors reads what we write', async () => {
  const path = join(folder, 'ours.safetensors')
  const tensors = {
    'stages.0.weight': tensor([
      [1, 2.5],
      [-3, 0],
    ]),
    double: tensor([1 / 3], { dtype: 'float64' }),
    int: tensor([7, -7], { dtype: 'int32' }),
    long: tensor([2 ** 40], { dtype: 'int64' }),
    flags: tensor([true, false, true]),
    none: tensor([], { shape: [0, 3] }),
  }
  await writeSafetensors(path, { tensors, metadata: { format: 'pt', note: 'größer' } })
  const { stdout, stderr, status } = spawnSync(pythonOf('torch'), ['-c', script, path], { encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    metadata: { format: 'pt', note: 'größer' },
    tensors: {
      double: ['torch.float64', [1], [1 / 3]],
      flags: ['torch.bool', [3], [true, false, true]],
      int: ['torch.int32', [2], [7, -7]],
      long: ['torch.int64', [1], [2 ** 40]],
      none: ['torch.float32', [0, 3], []],
      'stages.0.weight': ['torch.float32', [2, 2], [1, 2.5, -3, 0]],
    },
  })
})
