import { z } from 'zod'
import { QuadrupoleError } from '../../core/index.ts'
import { Tensor } from '../../tensor/index.ts'
import { readSafetensors, type Safetensors, writeSafetensors } from '../../train/index.ts'
import { type SearchBand, templateBins, templateLength } from './band.ts'
import { type ComplexRows, zeroRows } from './complex-rows.ts'
import type { TemplateBank } from './template-bank.ts'
import type { Intrinsic } from './whitened-templates.ts'

/** What the file says it is. */
const format = 'quadrupole template bank, version 1'

/** Names of the templates' columns in a file, bilby's, and ours. */
const columns = {
  mass_1: 'mass1Solar',
  mass_2: 'mass2Solar',
  chi_1: 'spin1z',
  chi_2: 'spin2z',
} as const satisfies Record<string, keyof Intrinsic>

const bandSchema = z.strictObject({
  bandwidth: z.number().positive(),
  templateDuration: z.number().positive(),
  afterMerger: z.number().nonnegative(),
  minimumFrequency: z.number().positive(),
  maximumFrequency: z.number().positive().exactOptional(),
})

/**
 * Writes a template bank to one safetensors file, atomically: the templates as columns `mass_1`, `mass_2` (solar masses, at
 * the detectors), `chi_1` and `chi_2` (float64), the basis as `basis_re` and `basis_im` (float32, on the bins of the band
 * from `minimumFrequency` to `maximumFrequency`), and the band and the number of triggers in the metadata. A bank of
 * `buildBank` is read back to the same bits.
 *
 * @throws `io`; `argument` for a basis that has something outside of the band.
 * @example
 * await writeBank('bank.safetensors', bank)
 */
export async function writeBank(path: string, { band, templates, triggers, basis }: TemplateBank): Promise<void> {
  const [from, to] = templateBins(band)
  const stored = (values: Float64Array): Tensor => {
    const out = new Float32Array(basis.rows * (to - from))
    for (let row = 0; row < basis.rows; row++) {
      const own = values.subarray(row * basis.length, (row + 1) * basis.length)
      const outside = own.findIndex((x, bin) => x !== 0 && (bin < from || bin >= to))
      if (outside >= 0)
        throw new QuadrupoleError(
          'argument',
          `search.writeBank: expected basis vectors on bins ${from} to ${to - 1} of the band, got one with bin ${outside}`,
        )
      out.set(own.subarray(from, to), row * (to - from))
    }
    return Tensor.of(out, [basis.rows, to - from])
  }
  const columnTensors = Object.entries(columns).map(([name, own]) => [
    name,
    Tensor.of(
      Float64Array.from(templates, template => template[own]),
      [templates.length],
    ),
  ])
  await writeSafetensors(path, {
    tensors: { ...Object.fromEntries(columnTensors), basis_re: stored(basis.re), basis_im: stored(basis.im) },
    metadata: { format, band: JSON.stringify(band), triggers: String(triggers) },
  })
}

/**
 * Reads a template bank that `writeBank` wrote.
 *
 * @throws `io` where the file can't be read; `format` where it is no such file, naming what is wrong with it.
 * @example
 * const frontEnd = await createFrontEnd({ bank: await readBank('bank.safetensors'), psds, sampleRate, pool })
 */
export async function readBank(path: string): Promise<TemplateBank> {
  const file = await readSafetensors(path)
  const refuse = (what: string, cause?: unknown): never => {
    throw new QuadrupoleError('format', `search.readBank: ${path} ${what}`, { details: { path }, cause })
  }
  if (file.metadata.format !== format)
    refuse(
      `is no template bank: expected the format '${format}', got '${file.metadata.format}'; write it with writeBank`,
    )
  const band = readBand(file, refuse)
  const count = file.tensors.mass_1?.size ?? 0
  const values = Object.entries(columns).map(([name, own]) => [own, columnOf(file, { name, shape: [count] }, refuse)])
  const named = Object.fromEntries(values) as Record<keyof Intrinsic, Float64Array>
  const templates = Array.from({ length: count }, (_, i) => ({
    mass1Solar: named.mass1Solar[i]!,
    mass2Solar: named.mass2Solar[i]!,
    spin1z: named.spin1z[i]!,
    spin2z: named.spin2z[i]!,
  }))
  const triggers = Number(file.metadata.triggers)
  if (!(Number.isInteger(triggers) && triggers > 0 && triggers <= count))
    refuse(`has ${file.metadata.triggers} triggers in its metadata, expected 1 to its ${count} templates`)
  return { band, templates, triggers, basis: readBasis(file, band, refuse) }
}

type Refuse = (what: string, cause?: unknown) => never

function readBand({ metadata }: Safetensors, refuse: Refuse): SearchBand {
  try {
    return bandSchema.parse(JSON.parse(metadata.band ?? 'null'))
  } catch (cause) {
    return refuse(`has no band of a search in its metadata, got ${metadata.band}`, cause)
  }
}

/** One tensor's values, checked. */
function columnOf(
  { tensors }: Safetensors,
  { name, shape }: { readonly name: string; readonly shape: readonly number[] },
  refuse: Refuse,
): Float64Array | Float32Array {
  const tensor = tensors[name]
  if (tensor === undefined) return refuse(`has no '${name}'`)
  const dtype = name in columns ? 'float64' : 'float32'
  if (tensor.dtype !== dtype || tensor.shape.join() !== shape.join())
    refuse(`has ${tensor.dtype} [${tensor.shape}] as '${name}', expected ${dtype} [${shape}]`)
  const values = tensor.dataAs(dtype)
  const wrong = values.findIndex(value => !Number.isFinite(value))
  if (wrong >= 0) refuse(`has ${values[wrong]} in '${name}' at element ${wrong}`)
  return values
}

function readBasis(file: Safetensors, band: SearchBand, refuse: Refuse): ComplexRows {
  const [from, to] = templateBins(band)
  const rows = file.tensors.basis_re?.shape[0] ?? 0
  const basis = zeroRows(rows, templateLength(band))
  for (const part of ['re', 'im'] as const) {
    const stored = columnOf(file, { name: `basis_${part}`, shape: [rows, to - from] }, refuse)
    for (let row = 0; row < rows; row++)
      basis[part].set(stored.subarray(row * (to - from), (row + 1) * (to - from)), row * basis.length + from)
  }
  return basis
}
