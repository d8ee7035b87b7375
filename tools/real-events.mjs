// The binary black holes of ../shared/data: which files have their strain, and when they merged.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** GPS times of the events (GWTC-1 to GWTC-3), to a tenth of a second. */
export const eventTimes = {
  GW150914: 1126259462.4,
  GW151012: 1128678900.4,
  GW151226: 1135136350.6,
  GW170104: 1167559936.6,
  GW170809: 1186302519.8,
  GW170818: 1187058327.1,
  GW170823: 1187529256.5,
  GW190413_134308: 1239198206.7,
  GW190421_213856: 1239917954.3,
  GW190503_185404: 1240944862.3,
  GW190513_205428: 1241816086.8,
  GW190514_065416: 1241852074.8,
  GW190527_092055: 1242984073.8,
  GW190630_185205: 1245955943.2,
  GW190720_000836: 1247616534.7,
  GW190731_140936: 1248617394.6,
  GW190910_112807: 1252150105.3,
  GW190916_200658: 1252699636.9,
  GW191103_012549: 1256779567.5,
  GW191109_010717: 1257296855.2,
  GW191204_110529: 1259492747.5,
  GW200112_155838: 1262879936.1,
  GW200128_022011: 1264213229.9,
  GW200220_124850: 1266238148.1,
  GW200302_015811: 1267149509.5,
  GW200306_093714: 1267522652.1,
  GW200308_173609: 1267724187.7,
}

const data = new URL('../../shared/data/', import.meta.url).pathname

/**
 * The files of an event's strain, of one sample rate.
 *
 * @param {string} name
 */
export function eventFiles(name) {
  if (!existsSync(data)) throw new Error(`no event files in ${data}`)
  const path = join(data, 'strain-fd', `${name}.npz`)
  if (existsSync(path)) return [path]
  const own = join(data, 'strain', name)
  const all = readdirSync(own).filter(file => file.endsWith('.hdf5'))
  const preferred = all.filter(file => file.includes('4KHZ_R1'))
  return (preferred.length > 0 ? preferred : all).map(file => join(own, file))
}

/** Those without data of both H1 and L1. */
export const lonelyEvents = ['GW190630_185205', 'GW190910_112807', 'GW200112_155838', 'GW200302_015811']
