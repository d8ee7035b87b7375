import { storedTemplates } from '../../candidates/candidate-file.ts'
import { keptSamples } from '../../matched-filter/candidate.ts'
import { snrRanking } from '../../ranking/ranking.ts'
import type { ChallengeSearch } from '../stretch-steps.ts'

/** The largest sample of 64 s every 1,024 s: of noise as of signals, but a function of the data. */
export function loudestSamples(): ChallengeSearch & { readonly searched: string[] } {
  const searched: string[] = []
  return {
    searched,
    ranking: snrRanking(),
    candidates: {
      bank: { templates: [{ mass1Solar: 10, mass2Solar: 10, spin1z: 0, spin2z: 0 }] },
      configuration: { kind: 'loudest sample' },
      async *candidates({ read, span, sampleRate }) {
        searched.push(span.start.toString())
        const duration = span.end.minus(span.start)
        for (let seconds = 0; seconds < duration; seconds += 1024) {
          const end = span.start.plus(Math.min(duration, seconds + 64))
          const chunk = await read({ start: span.start.plus(seconds), end })
          const sample = chunk.reduce((best, value, i) => (Math.abs(value) > Math.abs(chunk[best]!) ? i : best), 0)
          const samples = chunk.length / 2
          const time = span.start.plus(seconds + (sample % samples) / sampleRate)
          const snr = Math.abs(chunk[sample]!) * 1e21
          yield {
            sample,
            lag: 0,
            template: 0,
            snrs: [snr, 0],
            snr,
            consistency: [1, 1],
            templates: new Int32Array(storedTemplates),
            consistencies: new Float32Array(2 * storedTemplates),
            series: new Float32Array(4 * storedTemplates * keptSamples),
            times: [time, time],
          }
        }
      },
    },
  }
}
