// A run of many steps that takes about a second and can be killed anywhere: node shards.mjs CACHE LOG INPUT
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomBits, randomKey, writeFileAtomically } from '../../../dist/core/index.js'
import { createStep, runSteps } from '../../../dist/run/index.js'

const [cache, log, input] = process.argv.slice(2)
const note = line => appendFile(log, `${process.pid} ${line}\n`)

const shards = Array.from({ length: 10 }, (_, shard) =>
  createStep({
    name: `shard-${shard}`,
    configuration: { shard },
    seed: 7,
    inputs: [input],
    async run({ folder }) {
      await note(`shard-${shard}`)
      const bits = randomBits(randomKey(7), 4096, { offset: 4096 * shard })
      for (let part = 0; part < 8; part++) {
        await sleep(4)
        await appendFile(join(folder, 'bits'), Buffer.from(bits.slice(512 * part, 512 * (part + 1)).buffer))
      }
      await writeFile(join(folder, 'size'), String((await readFile(input)).length))
    },
  }),
)

const merged = createStep({
  name: 'merged',
  after: Object.fromEntries(shards.map((shard, i) => [`shard${i}`, shard])),
  async run({ folder, outputs, scratch }) {
    await note('merged')
    const checkpoint = join(await scratch(), 'state.json')
    const state = JSON.parse(await readFile(checkpoint, 'utf8').catch(() => '{ "sums": [] }'))
    for (const shard of Object.values(outputs).slice(state.sums.length)) {
      await sleep(10)
      state.sums.push((await readFile(join(shard, 'bits'))).reduce((sum, byte) => (31 * sum + byte) % 65_521, 0))
      await writeFileAtomically(checkpoint, JSON.stringify(state))
    }
    await writeFile(join(folder, 'sums.json'), JSON.stringify(state.sums))
  },
})

const [folder] = await runSteps([merged], { cache, concurrency: 3 })
process.stdout.write((await readdir(folder)).sort().join())
