import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Bar } from './bar.tsx'

const bar = (good: number, bad: number) =>
  renderToStaticMarkup(
    <Bar
      of="tenants"
      segments={[
        { key: 'good', label: 'fresh', count: good, tone: 'good' },
        { key: 'bad', label: 'stale', count: bad, tone: 'bad' },
      ]}
    />,
  )

test('a small whole has one cell for each', () => {
  expect(bar(20, 4).match(/<i /g)).toHaveLength(24)
})
test('a large whole has one part for each kind', () => {
  expect(bar(9_000, 4).match(/<i /g)).toHaveLength(2)
})
test('it is read aloud as its counts, without the empty ones', () => {
  expect(bar(20, 4)).toContain('aria-label="20 fresh, 4 stale, of 24 tenants"')
  expect(bar(20, 0)).toContain('aria-label="20 fresh, of 20 tenants"')
  expect(bar(0, 0)).toContain('aria-label="No tenants"')
})
