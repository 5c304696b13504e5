import path from 'node:path'
import { checkout } from '../lib/checkout.mjs'
import type { Step } from './run-to-end.ts'

const tool = (name: string) => path.join(checkout, 'node_modules/.bin', name)

/** The checks that read the code without running it, in the order in which they are made. */
export const staticChecks: { name: string; steps: () => Step[] }[] = [
  {
    name: 'format, lint',
    steps: () => [{ program: tool('biome'), args: ['check', '--error-on-warnings', '--colors=off', '.'] }],
  },
  { name: 'types', steps: typecheck },
  { name: 'walls', steps: () => [{ program: tool('turbo'), args: ['boundaries'] }] },
  { name: 'unused', steps: () => [{ program: tool('knip'), args: ['--no-progress', '--no-config-hints'] }] },
]

/** One compiler run for what Node runs, one for the pages, one for the browser tests: they live in different worlds. */
export function typecheck(): Step[] {
  const tsc = (project: string): Step => ({ program: tool('tsc'), args: ['--noEmit', '-p', project] })
  // The types of the routes: left over from a build of other routes, they would complain about those.
  const typegen: Step = { program: tool('next'), args: ['typegen'], cwd: path.join(checkout, 'apps/web') }
  return [tsc('.'), typegen, tsc('apps/web'), tsc('e2e')]
}
