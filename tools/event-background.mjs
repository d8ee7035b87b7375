// Writes the background of a model from time slides of all event files of ../shared/data, with the events cut out:
// node tools/event-background.mjs models/bbh DAYS
import { spawnSync } from 'node:child_process'
import { eventFiles, eventTimes, lonelyEvents } from './real-events.mjs'

const [model = 'models/bbh', days = '30'] = process.argv.slice(2)
const events = Object.entries(eventTimes).filter(([name]) => !lonelyEvents.includes(name))
const { status } = spawnSync(
  process.execPath,
  [
    'dist/cli/main.js',
    'background',
    ...events.flatMap(([name]) => eventFiles(name)),
    ...events.flatMap(([, time]) => ['--exclude', `${time}`]),
    ...['--model', model, '--days', days],
  ],
  { cwd: new URL('..', import.meta.url), stdio: 'inherit' },
)
process.exit(status ?? 1)
