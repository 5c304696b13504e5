import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { applyStatePrecedence, rolloutPrecedence } from './aggregate.ts'
import { verdictPrecedence } from './freshness.ts'
import { gatePrecedence } from './gate.ts'
import { releaseStatusPrecedence } from './release-status.ts'
import { rollCallPrecedence } from './roll-call.ts'
import { projectionPrecedence } from './standing.ts'
import { updatePrecedence } from './updates.ts'

const folder = new URL('./', import.meta.url)
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const)

test.each(sources)('law 1: %s asks no clock, no chance, no machine and no other room', (_, text) => {
  expect(text).not.toMatch(
    /Date\.now|new Date\(\)|Math\.random|performance\.|process\.|globalThis|setTimeout|console\./,
  )
  const imported = [...text.matchAll(/from '([^']+)'/g)].map(([, path]) => path)
  expect(imported.filter((path) => !path?.startsWith('./'))).toEqual([])
  expect(text.split('\n').length).toBeLessThanOrEqual(400)
})

test('the README prints every precedence as it is', () => {
  const readme = readFileSync(new URL('../README.md', folder), 'utf8')
  const printed = (title: string) => {
    const section = readme.split(`### ${title}\n`)[1]?.split('\n#')[0] ?? ''
    return [...section.matchAll(/^\d+\. `([a-z_]+)`/gm)].map(([, rule]) => rule)
  }
  expect(printed('Apply state from its operations')).toEqual(applyStatePrecedence)
  expect(printed('Rollout state when that is failed')).toEqual(rolloutPrecedence)
  expect(printed('Projection')).toEqual(projectionPrecedence)
  expect(printed('Release status')).toEqual(releaseStatusPrecedence)
  expect(printed('What may start')).toEqual(gatePrecedence)
  expect(printed('Verdict of a reading')).toEqual(verdictPrecedence)
  expect(printed('Roll call')).toEqual(rollCallPrecedence)
  expect(printed('External update')).toEqual(updatePrecedence)
})
