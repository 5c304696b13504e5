import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { tallyPlaywright, tallyVitest } from './tally.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-tally-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function report(content: object): string {
  const file = path.join(folder, 'report.json')
  writeFileSync(file, JSON.stringify(content))
  return file
}

const file = (status: string, tests: number) => ({ status, assertionResults: Array.from({ length: tests }) })

test('passed and failed tests are counted as they were reported', () => {
  const vitest = report({ numPassedTests: 7, numFailedTests: 2, testResults: [file('passed', 7), file('failed', 2)] })
  expect(tallyVitest(vitest, 1)).toEqual({ passed: 7, failed: 2 })
  const playwright = report({ stats: { expected: 3, unexpected: 1, flaky: 1 }, errors: [] })
  expect(tallyPlaywright(playwright, 1)).toEqual({ passed: 4, failed: 1 })
})

test('a test file that could not be loaded is a failure', () => {
  const broken = report({ numPassedTests: 7, numFailedTests: 0, testResults: [file('passed', 7), file('failed', 0)] })
  expect(tallyVitest(broken, 1)).toEqual({ passed: 7, failed: 1 })
})

test('a run that tested nothing, left no report or ended badly is never green', () => {
  const nothing = report({ numPassedTests: 0, numFailedTests: 0, testResults: [] })
  expect(tallyVitest(nothing, 0)).toEqual({ passed: 0, failed: 1 })
  const endedBadly = report({ numPassedTests: 5, numFailedTests: 0, testResults: [file('passed', 5)] })
  expect(tallyVitest(endedBadly, 1)).toEqual({ passed: 5, failed: 1 })
  expect(tallyPlaywright(path.join(folder, 'missing.json'), 0)).toEqual({ passed: 0, failed: 1 })
  const noBrowser = report({ stats: { expected: 0, unexpected: 0, flaky: 0 }, errors: [{ message: 'no browser' }] })
  expect(tallyPlaywright(noBrowser, 1)).toEqual({ passed: 0, failed: 1 })
})
