import { spawn } from 'node:child_process'
import path from 'node:path'

export interface StepEnd {
  code: number | null
  output: string
}

/** Runs the script of a generated step as a runner does: in a shell, with nothing but its environment. */
export function runStep(script: string, env: Record<string, string>): Promise<StepEnd> {
  return new Promise((resolve, reject) => {
    const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ''}`
    // typed here, because an app may ask more of an environment than a shell does
    const variables: Record<string, string> = { PATH, ...env }
    const child = spawn('sh', ['-e', '-c', script], {
      env: variables as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += String(chunk)))
    child.stderr.on('data', (chunk) => (output += String(chunk)))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output }))
  })
}
