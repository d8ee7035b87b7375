import { canonicalJson, type Json } from '../../core/index.ts'
import { type ReportFigure, withDescription } from '../../plot/index.ts'

/** A figure and the numbers that it shows. */
export interface NumberedFigure extends ReportFigure {
  readonly numbers: Json
}

/** A figure of a report: its caption is also its description, and its numbers are plain JSON. */
export const numberedFigure = ({
  numbers,
  svg,
  ...figure
}: ReportFigure & { readonly numbers: unknown }): NumberedFigure => ({
  ...figure,
  svg: withDescription(svg, figure.caption),
  numbers: canonicalJson(numbers, 'search.report'),
})

/** Numbers of an array as JSON holds them, to seven digits, which is more than any figure shows; null where not finite. */
export const rounded = (values: ArrayLike<number>): (number | null)[] =>
  Array.from(values, value => (Number.isFinite(value) ? Number(value.toPrecision(7)) : null))
