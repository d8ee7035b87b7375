import { describe, expect, it } from 'vitest'
import { withDescription } from './describe.ts'
import { escapeHtml, figureCard } from './page.ts'

describe('escapeHtml', () => {
  it('leaves no character that could open a tag or end an attribute', () => {
    expect(escapeHtml(`<a href="x" title='y'>&`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;')
  })
})

describe('figureCard', () => {
  it('shows a figure with its caption and a link to its file', () => {
    expect(figureCard({ name: 'loss', heading: 'Loss < 1', caption: 'a & b', svg: '<svg/>' })).toBe(
      '<section class="card"><h2>Loss &lt; 1</h2><figure><svg/><figcaption>a &amp; b <a href="loss.svg">SVG</a></figcaption></figure></section>',
    )
  })
})

describe('withDescription', () => {
  it('puts a description first into a figure, as text', () => {
    expect(withDescription('<svg width="1"><g/></svg>', 'a < b & "c"')).toBe(
      '<svg width="1"><desc>a &lt; b &amp; &quot;c&quot;</desc><g/></svg>',
    )
  })
})
