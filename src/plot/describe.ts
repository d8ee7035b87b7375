import { escapeHtml } from './page.ts'

/** A figure with a description for those who can't see it, as SVG's `desc`: it stays with the figure in its own file. */
export const withDescription = (svg: string, text: string): string =>
  svg.replace(/^<svg[^>]*>/, opening => `${opening}<desc>${escapeHtml(text)}</desc>`)
