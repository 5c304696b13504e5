import path from 'node:path'
import { runLogged, tailOf } from '../lib/run-logged.mjs'
import { Refusal, say } from '../lib/say.mjs'
import { type ChildSpec, environmentOf } from './child.ts'

/** Runs a process that is meant to end; refuses with the tail of its log when it does not end well. */
export async function runOnce(spec: ChildSpec, { home }: { home: string }): Promise<void> {
  const logFile = path.join(home, 'logs', `${spec.name}.log`)
  const code = await runLogged({
    about: spec.name,
    program: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', ...spec.args],
    cwd: spec.cwd,
    env: environmentOf(spec),
    logFile,
  })
  if (code !== 0)
    throw new Refusal(`${spec.name} failed (exit ${code}). The last lines of ${logFile}:\n${tailOf(logFile)}`)
  say(spec.name, 'done')
}
