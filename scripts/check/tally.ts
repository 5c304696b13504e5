import { readFileSync } from 'node:fs'

export interface Tally {
  passed: number
  failed: number
}

/** What vitest wrote: a file that could not even be loaded counts as one failure. */
interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  testResults: { status: string; assertionResults: unknown[] }[]
}

/** What Playwright wrote: a test that passed on a second try is `flaky`. */
interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number }
  errors: unknown[]
}

/**
 * The numbers of a vitest run. A run that left no report, ended badly without a failed test, or ran no test at all has
 * one failure: nothing green comes from nothing.
 */
export function tallyVitest(reportFile: string, exitCode: number): Tally {
  const report = read<VitestReport>(reportFile)
  if (!report) return { passed: 0, failed: 1 }
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  return honest({ passed: report.numPassedTests, failed: report.numFailedTests + broken.length }, exitCode)
}

/** The numbers of a Playwright run, by the same rules. */
export function tallyPlaywright(reportFile: string, exitCode: number): Tally {
  const report = read<PlaywrightReport>(reportFile)
  if (!report) return { passed: 0, failed: 1 }
  const { expected, unexpected, flaky } = report.stats
  return honest({ passed: expected + flaky, failed: unexpected + report.errors.length }, exitCode)
}

function honest(tally: Tally, exitCode: number): Tally {
  const silent = tally.failed === 0 && (exitCode !== 0 || tally.passed === 0)
  return silent ? { ...tally, failed: 1 } : tally
}

function read<Report>(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}
