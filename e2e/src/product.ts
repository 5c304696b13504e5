import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const checkout = join(import.meta.dirname, '..', '..')

/** Rollcall as a new user starts it: `npm start`'s own script, on empty data, with the demo world. */
export interface Product {
  url: string
  /** the demo fleet's control plane, where faults are switched */
  demoUrl: string
  /** the demo world's image registry, and the password of its user `demo` */
  registryUrl: string
  registryPassword: string
  /** of each person of the demo world */
  peoplePassword: string
  token: string
  home: string
  /** Ctrl-C, and its data thrown away. */
  end(): Promise<void>
}

export const operatorToken = 'a-token-for-the-stories-only'

export async function startProduct(options: { port?: number } = {}): Promise<Product> {
  const home = mkdtempSync(join(tmpdir(), 'rollcall-e2e-'))
  const child = spawn(process.execPath, [join(checkout, 'scripts/start.mjs'), '--port', String(options.port ?? 3300)], {
    cwd: checkout,
    env: {
      ...process.env,
      ROLLCALL_HOME: home,
      ROLLCALL_TOKEN: operatorToken,
      ROLLCALL_DEMO_PORT: '4960',
      ROLLCALL_DEMO_TOKEN: operatorToken,
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const url = await found(child, () => said, /^\s*Rollcall\s+(http:\/\/\S+)/m)
  const demoUrl = await found(child, () => said, /control plane answers at (http:\/\/\S+)/)
  const registryUrl = await found(child, () => said, /registry answers at (http:\/\/\S+)/)
  const secrets = JSON.parse(readFileSync(join(home, 'secrets.json'), 'utf8')) as {
    demoRegistryPassword: string
    demoPeoplePassword: string
  }
  return {
    url,
    demoUrl,
    registryUrl,
    registryPassword: secrets.demoRegistryPassword,
    peoplePassword: secrets.demoPeoplePassword,
    token: operatorToken,
    home,
    async end() {
      if (child.exitCode === null) {
        const gone = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGINT')
        await gone
      }
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** Waits until it has said so, or has ended without. */
async function found(child: ChildProcess, said: () => string, what: RegExp): Promise<string> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  for (;;) {
    const match = what.exec(said())
    if (match?.[1]) return match[1]
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}:\n${said().slice(-4_000)}`)
    await Promise.race([new Promise((resolve) => child.stdout?.once('data', resolve)), gone])
  }
}
