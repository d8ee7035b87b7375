// Searches every event file of ../shared/data with a model and prints a table: node tools/event-table.mjs [models/bbh]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWorkerPool } from '../dist/core/index.js'
import { readSearchModel, searchFiles } from '../dist/search/index.js'
import { eventFiles, eventTimes, lonelyEvents } from './real-events.mjs'

const model = await readSearchModel(process.argv[2] ?? 'models/bbh')
const folder = await mkdtemp(join(tmpdir(), 'quadrupole-events-'))
const pool = createWorkerPool()
const daily = 365.25
/** @type {number[]} */
const errors = []
let [below, others] = [0, 0]
console.log('| event | statistic | false alarms / year | SNR H1, L1 | network | time error (ms) |')
console.log('|---|---|---|---|---|---|')
for (const [name, time] of Object.entries(eventTimes)) {
  if (lonelyEvents.includes(name)) {
    console.log(`| ${name} | one detector's data alone | | | | |`)
    continue
  }
  const { outcome } = await searchFiles(eventFiles(name), { model, pool, folder, maximumRate: 1e9 })
  const isOwn = (/** @type {{ gpsTime: number }} */ { gpsTime }) => Math.abs(gpsTime - time) < 0.5
  others += outcome.events.filter(event => !isOwn(event) && event.far < daily).length
  const best = outcome.events.find(isOwn)
  if (!best) {
    console.log(`| ${name} | not found | | | | |`)
    continue
  }
  const snrs = Object.values(best.snrs)
  errors.push((best.gpsTime - time) * 1e3)
  if (best.far < daily) below++
  const columns = [
    best.statistic.toFixed(2),
    `${Number(best.far.toPrecision(2))}${best.farKind === 'limit' ? ' (limit)' : ''}`,
    snrs.map(snr => snr.toFixed(1)).join(', '),
    Math.hypot(...snrs).toFixed(1),
    errors.at(-1)?.toFixed(0),
  ]
  console.log(`| ${name} | ${columns.join(' | ')} |`)
}
const sizes = errors.map(Math.abs).sort((a, b) => a - b)
const median = sizes[Math.floor(sizes.length / 2)]?.toFixed(0)
console.log(
  `\n${errors.length} found, ${below} below one false alarm a day; ${others} others below that; median time error ${median} ms`,
)
await pool.close()
await rm(folder, { recursive: true })
