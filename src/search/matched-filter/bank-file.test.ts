import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeSafetensors, encodeSafetensors, type Safetensors } from '../../train/index.ts'
import { readBank, writeBank } from './bank-file.ts'
import { bank, find, noise, openSearch } from './testing/two-detector-search.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-bank-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('a bank in a file', () => {
  test('is read back to the same bits', async () => {
    const path = join(folder, 'bank.safetensors')
    await writeBank(path, bank)
    expect(await readBank(path)).toEqual(bank)
    const withEnd = { ...bank, band: { ...bank.band, maximumFrequency: 512 } }
    await writeBank(path, withEnd)
    expect(await readBank(path)).toEqual(withEnd)
  })

  test('takes the bins of its band alone', async () => {
    const path = join(folder, 'small.safetensors')
    await writeBank(path, bank)
    const bins = (512 - 25) * bank.band.templateDuration
    expect((await stat(path)).size).toBeLessThan(8 * bank.basis.rows * bins + 32 * bank.templates.length + 1000)
  })

  test('finds the same candidates', async () => {
    const path = join(folder, 'same.safetensors')
    await writeBank(path, bank)
    const [own, read] = [await openSearch(), await openSearch(await readBank(path))]
    const strain = noise(24, 8)
    const candidates = await find(own.frontEnd, strain, { pieceSeconds: [24] })
    expect(candidates.length).toBeGreaterThan(3)
    expect(await find(read.frontEnd, strain, { pieceSeconds: [24] })).toEqual(candidates)
    await Promise.all([own.close(), read.close()])
  })

  test('is refused where something outside of the band would be lost', async () => {
    const re = bank.basis.re.slice()
    re[bank.basis.length + 3] = 1
    await expect(writeBank(join(folder, 'wide'), { ...bank, basis: { ...bank.basis, re } })).rejects.toThrow(
      'search.writeBank: expected basis vectors on bins 100 to 2047 of the band, got one with bin 3',
    )
  })

  test('is refused where it is none, saying what is wrong', async () => {
    const path = join(folder, 'wrong.safetensors')
    await writeBank(path, bank)
    const right = decodeSafetensors(await readFile(path))
    const failure = async (wrong: Safetensors) => {
      await writeFile(path, encodeSafetensors(wrong))
      return readBank(path).then(String, error => error.message.replaceAll(folder, 'DIR'))
    }
    const { chi_2: _, ...withoutSpin } = right.tensors
    expect(await failure({ ...right, tensors: withoutSpin })).toBe(
      "search.readBank: DIR/wrong.safetensors has no 'chi_2'",
    )
    expect(await failure({ ...right, metadata: {} })).toBe(
      "search.readBank: DIR/wrong.safetensors is no template bank: expected the format 'quadrupole template bank, version 1', got 'undefined'; write it with writeBank",
    )
    expect(await failure({ ...right, metadata: { ...right.metadata, band: '{"bandwidth":512}' } })).toBe(
      'search.readBank: DIR/wrong.safetensors has no band of a search in its metadata, got {"bandwidth":512}',
    )
    const band = JSON.stringify({ ...bank.band, templateDuration: 8 })
    expect(await failure({ ...right, metadata: { ...right.metadata, band } })).toBe(
      `search.readBank: DIR/wrong.safetensors has float32 [${bank.basis.rows},1948] as 'basis_re', expected float32 [${bank.basis.rows},3896]`,
    )
    right.tensors.mass_1!.dataAs('float64')[1] = Number.NaN
    expect(await failure(right)).toBe("search.readBank: DIR/wrong.safetensors has NaN in 'mass_1' at element 1")
    await expect(readBank(join(folder, 'absent'))).rejects.toThrow(/absent/)
  })
})
