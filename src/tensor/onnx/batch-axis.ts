import { QuadrupoleError } from '../../core/index.ts'

/**
 * A length that is a multiple of the batch size. It stands where a number is expected and refuses arithmetic, so that a
 * lowering that would bake the batch size into the model fails instead.
 */
export class BatchLength {
  readonly factor: number

  constructor(factor: number) {
    this.factor = factor
  }

  valueOf(): number {
    throw new QuadrupoleError(
      'unsupported',
      'toOnnx: an operation computes with the batch size, so the batch axis can’t be symbolic; export with a fixed batch',
    )
  }
}

/** Whether a length (typed as a number) is really a multiple of the symbolic batch size. */
export const isBatchLength = (length: number): length is number & BatchLength =>
  (length as unknown) instanceof BatchLength

/** Two batch sizes a function is traced at; no usual length is a multiple of either. */
export const probeSizes = [991, 997] as const
