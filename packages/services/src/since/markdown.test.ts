import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sinceMarkdown } from './markdown.ts'
import type { SinceItem, SinceView } from './views.ts'

const item = (more: Partial<SinceItem> = {}): SinceItem => ({
  at: '2026-03-01T12:34:56.000Z',
  text: 'server main-1: Completed: all 3 tenants run abc1234.',
  subject: { type: 'apply', id: 'apl_1' },
  environment: 'production',
  by: 'ana',
  reason: null,
  ...more,
})
const none = { items: [], more: 0 }
const view = (more: Partial<SinceView> = {}): SinceView => ({
  since: '2026-03-01T08:00:00.000Z',
  rule: 'visit',
  asOf: '2026-03-01T13:00:00.000Z',
  person: 'ben',
  ...{ waits: none, failed: none, overridden: none, finished: none, next: none },
  refused: [],
  waitsForOthers: 0,
  quiet: true,
  ...more,
})
const linkOf = ({ subject }: SinceItem) =>
  subject.type === 'apply' ? `https://rollcall.test/applies/${subject.id}` : null

test('tells everything on the screen, in its order', () => {
  const text = sinceMarkdown(
    view({
      finished: { items: [item()], more: 3 },
      overridden: { items: [item({ text: 'apply.open.', reason: 'the fix' })], more: 0 },
      refused: [{ actor: 'vera', action: 'apply.release', times: 7 }],
      waitsForOthers: 2,
    }),
    linkOf,
  )
  expect(text).toBe(`# Since 2026-03-01 08:00 UTC

As of 2026-03-01 13:00 UTC, for ben.

## Waits for you

- 2 more for somebody else

## Failed

Nothing.

## Overruled

- 2026-03-01 12:34 UTC · [apply.open.](<https://rollcall.test/applies/apl_1>) · production · ana: “the fix”
- vera was refused apply.release 7 times

## Finished

- 2026-03-01 12:34 UTC · [server main-1: Completed: all 3 tenants run abc1234.](<https://rollcall.test/applies/apl_1>) · production · ana
- and 3 more

## Happens next

Nothing is planned.
`)
})

test.each([
  ['[click](javascript:alert(1))', '\\[click\\](javascript:alert(1))'],
  ['<img src=x onerror=alert(1)>', '\\<img src=x onerror=alert(1)\\>'],
  ['**bold** _it_ `code`', '\\*\\*bold\\*\\* \\_it\\_ \\`code\\`'],
  ['two\n# lines\n- of text', 'two # lines - of text'],
  ['see https://evil.example and www.evil.example', 'see https\\://evil.example and www\\.evil.example'],
  ['@everybody', '@\u200beverybody'],
  ['a\0b', 'ab'],
])('text from outside is text and nothing else: %j', (reason, shown) => {
  const text = sinceMarkdown(view({ failed: { items: [item({ reason, by: null })], more: 0 } }), () => null)
  expect(text).toContain(`: “${shown}”`)
})

test('whatever is said, it stays on its line', () => {
  const odd = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(odd, odd, odd, (text, by, reason) => {
      const lines = (items: SinceItem[]) =>
        sinceMarkdown(view({ failed: { items, more: 0 } }), linkOf).split('\n').length
      expect(lines([item({ text, by, reason })])).toBe(lines([item()]))
    }),
  )
})
