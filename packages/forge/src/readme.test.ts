import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checksPrecedence, manifestRules, receiveRules, rollbackRules, senders } from './index.ts'

const lists: Record<string, readonly string[]> = {
  'Problems of a manifest': manifestRules,
  'Receiving an update': receiveRules,
  'Planning a rollback': rollbackRules,
  'Telling senders apart': senders,
  'Required checks': checksPrecedence,
}

test('the README prints every precedence as it is', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const sections = readme.split('\n### ').slice(1)
  const printed = sections.map((section) => {
    const rows = section.match(/^\d+\. `\w+`/gm) ?? []
    return [section.slice(0, section.indexOf('\n')), rows.map((row) => row.replace(/^\d+\. `(\w+)`$/, '$1'))]
  })
  expect(Object.fromEntries(printed)).toEqual(lists)
})
