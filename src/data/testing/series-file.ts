import * as h5wasm from 'h5wasm/node'

export interface SeriesContent {
  /** Path of the dataset, `H1` or `H1/1238205077`. */
  readonly dataset: string
  readonly values: Float64Array | Float32Array
  readonly attributes: Readonly<Record<string, number>>
}

/** Writes series with attributes, as PyCBC, MLGWSC-1, GWpy and aframe do each with names of its own. */
export async function writeSeriesFile(path: string, series: readonly SeriesContent[]): Promise<string> {
  await h5wasm.ready
  const file = new h5wasm.File(path, 'w')
  for (const { dataset, values, attributes } of series) {
    const [group, name] = dataset.split('/')
    if (name !== undefined && file.get(group!) === null) file.create_group(group!)
    const made = file.create_dataset({ name: dataset, data: values })
    for (const [key, value] of Object.entries(attributes)) made.create_attribute(key, value, [], '<d')
  }
  file.close()
  return path
}
