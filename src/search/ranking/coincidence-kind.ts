import { QuadrupoleError } from '../../core/index.ts'
import type { Tensor } from '../../tensor/index.ts'
import { type DetectionModel, type DetectorInputs, modelKind, z } from '../../train/index.ts'
import { coincidenceNetwork } from './coincidence-network.ts'
import { consistencyWeight, initialConsistency } from './consistency-weight.ts'
import { type GlitchParameters, glitchOdds, initialGlitches } from './glitch-odds.ts'

const count = z.int().positive()

/** `coincidenceNetwork` on the candidates of a matched-filter search, SNRs weighted by how well templates explain the data. */
export const coincidenceKind = modelKind({
  schema: z.strictObject({
    templates: count.max(8).default(8),
    components: count.default(6),
    step: z.number().positive().default(0.5),
    times: count.default(3),
    maximumLag: z.number().positive().default(5.5),
    /** Whether SNRs count less where the template leaves power over: for real strain, which has glitches. */
    consistency: z.boolean().default(false),
    /** Whether signals are weighed against glitches too, and not against Gaussian noise alone. */
    glitches: z.boolean().default(false),
  }),
  create: ({ consistency, glitches, ...options }, inputs, card) => {
    const { bankSize } = card
    if (!(inputs.series && inputs.templates && inputs.consistency) || typeof bankSize !== 'number')
      throw new QuadrupoleError(
        'config',
        `search.coincidenceKind: the model kind coincidence takes the data kind candidates; the data have ${Object.keys(inputs)}`,
      )
    const network = coincidenceNetwork({ bankSize, ...options })
    const applied: DetectionModel = {
      init: (key: never) => {
        const { parameters } = network.init(key)
        return {
          parameters: {
            coincidence: parameters,
            ...(consistency && { consistency: initialConsistency() }),
            ...(glitches && { glitches: initialGlitches(bankSize) }),
          },
          statistics: {},
        }
      },
      apply: ({ parameters }: { parameters: Parameters }, given: DetectorInputs) => {
        const { series, templates, consistency: residual } = given as Record<string, Tensor>
        const weighted = parameters.consistency
          ? series!.mul(consistencyWeight(residual!, parameters.consistency).expandAxis(3).expandAxis(4))
          : series!
        const { output, statistics } = network.apply(
          { parameters: parameters.coincidence, statistics: {} },
          { series: weighted, templates: templates! },
        )
        if (!parameters.glitches) return { output, statistics }
        const odds = glitchOdds({ series: series!, templates: templates!, consistency: residual! }, parameters.glitches)
        return { output: { logit: output.logit.sub(odds) }, statistics }
      },
    } as unknown as DetectionModel
    return applied
  },
})

interface Parameters {
  readonly coincidence: never
  readonly consistency?: ReturnType<typeof initialConsistency>
  readonly glitches?: GlitchParameters
}
