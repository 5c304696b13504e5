import { spawn } from 'node:child_process'
import type { Runner } from './owner.ts'

/** Runs a program to its end and answers with its exit code (127: there is no such program) and everything it said. */
export function runOnce(
  program: string,
  args: readonly string[],
  runner: Runner | null,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...runner,
      // Its own session, as for the server: it is over in a second, and half of it is of no use to anybody.
      detached: true,
      cwd: '/',
      env: bareEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.once('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }))
    child.once('close', (code) => resolve({ code, output }))
  })
}

/** PG… variables of the caller's shell would override what we say, so none are passed on. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  // Next's types ask every environment for a NODE_ENV; PostgreSQL has no use for one.
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LC_ALL: 'C',
    TZ: 'UTC',
  } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv
}
