import { redact } from '@rollcall/outbound'
import { expect, it } from 'vitest'
import { casesOf } from './testing/index.ts'

it('an error text of a control plane never shows what the field must not show', () => {
  const [errorText] = casesOf('redaction').filter(({ id }) => id === 'error-text')
  const shown = redact(errorText?.given.row.error)
  expect(shown).toContain('ValidationException')
  expect(shown).not.toContain('i-…')
  expect(redact('Authorization: Bearer abc.def-123')).not.toMatch(/abc\.def/)
})
