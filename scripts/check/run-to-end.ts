import { spawn } from 'node:child_process'
import { checkout } from '../lib/checkout.mjs'
import { childEnvironment } from '../lib/node.mjs'

export interface Step {
  program: string
  args: string[]
  cwd?: string
  env?: Record<string, string | undefined>
  /** its output goes straight to the console instead of into `output` */
  shown?: boolean
}

/** Runs a program to its end. Exit code 127: it could not be started. It does not outlive us. */
export function runToEnd(step: Step): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(step.program, step.args, {
      cwd: step.cwd ?? checkout,
      env: { ...childEnvironment(), ...step.env },
      stdio: ['ignore', step.shown ? 'inherit' : 'pipe', step.shown ? 'inherit' : 'pipe'],
    })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    const endWithUs = () => child.kill('SIGTERM')
    process.once('exit', endWithUs)
    const finish = (code: number) => {
      process.removeListener('exit', endWithUs)
      resolve({ code, output })
    }
    child.once('error', (error) => {
      output += `${error.message}\n`
      finish(127)
    })
    child.once('close', (code) => finish(code ?? 1))
  })
}
