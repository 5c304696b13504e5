import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { checkout } from '../lib/checkout.mjs'
import { say } from '../lib/say.mjs'
import { provideChromium } from './chromium.ts'
import { provideForRegistries } from './registry.ts'
import { runToEnd, type Step } from './run-to-end.ts'
import { staticChecks } from './static-checks.ts'
import { type Tally, tallyPlaywright, tallyVitest } from './tally.ts'

/** Makes all checks, also after one has failed, and says the sum in the last line. Answers the exit code. */
export async function checkEverything({ unit, e2e }: { unit: boolean; e2e: boolean }): Promise<number> {
  const reports = mkdtempSync(path.join(tmpdir(), 'rollcall-reports-'))
  process.once('exit', () => rmSync(reports, { recursive: true, force: true }))
  const tallies: Tally[] = []
  if (unit) {
    for (const { name, steps } of staticChecks) tallies.push(await check(name, steps()))
    await provideForRegistries(['docker-registry'])
    tallies.push(await runVitest(path.join(reports, 'vitest.json')))
  }
  if (e2e) tallies.push(await runPlaywright(path.join(reports, 'playwright.json')))
  const sum = (pick: (tally: Tally) => number) => tallies.reduce((total, tally) => total + pick(tally), 0)
  const failed = sum((tally) => tally.failed)
  console.log(`\n${sum((tally) => tally.passed)} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

/** A check of one or several steps counts once. What it said is shown only when it failed. */
async function check(name: string, steps: Step[]): Promise<Tally> {
  const startedAt = Date.now()
  for (const step of steps) {
    const { code, output } = await runToEnd(step)
    if (code === 0) continue
    console.log(output.trimEnd())
    say(name, 'FAILED')
    return { passed: 0, failed: 1 }
  }
  say(name, `ok (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`)
  return { passed: 1, failed: 0 }
}

async function runVitest(reportFile: string): Promise<Tally> {
  say('tests', 'vitest')
  const { code } = await runToEnd({
    program: process.execPath,
    args: [
      path.join(checkout, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--silent=passed-only',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
    ],
    shown: true,
  })
  const tally = tallyVitest(reportFile, code)
  say('tests', `${tally.passed} passed, ${tally.failed} failed in vitest`)
  return tally
}

async function runPlaywright(reportFile: string): Promise<Tally> {
  let chromium: string | null
  try {
    chromium = await provideChromium(process.env)
  } catch (error) {
    console.error((error as Error).message)
    return { passed: 0, failed: 1 }
  }
  say('browser', `Playwright, with ${chromium ?? 'its own Chromium'}`)
  const { code } = await runToEnd({
    program: process.execPath,
    args: [path.join(checkout, 'node_modules/@playwright/test/cli.js'), 'test', '--reporter=list,json'],
    cwd: path.join(checkout, 'e2e'),
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile, CHROMIUM_PATH: chromium ?? undefined },
    shown: true,
  })
  const tally = tallyPlaywright(reportFile, code)
  say('browser', `${tally.passed} passed, ${tally.failed} failed in Playwright`)
  return tally
}
