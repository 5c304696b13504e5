import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface TestProvider {
  issuer: string
  clientId: string
  clientSecret: string
  /** Says who there is, in which groups, and who signs in next. */
  tell(world: { users?: Record<string, object>; current?: string }): Promise<void>
  /** What a browser does that is sent there: follows to the address that leads back. */
  visit(url: string): Promise<string>
  stop(): Promise<void>
}

/** Starts the provider; it knows one client, which comes back to `redirectUri`. */
export async function startProvider(redirectUri: string): Promise<TestProvider> {
  const client = { clientId: 'rollcall', clientSecret: 'a-secret-that-the-provider-gave', redirectUri }
  const child = fork(new URL('./provider-process.mjs', import.meta.url), [JSON.stringify(client)], {
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    execArgv: [],
  })
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const said = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.startsWith('{')) resolve(line)
    })
    child.once('exit', (code) => reject(new Error(`the provider ended with ${code}`)))
  })
  const { issuer } = JSON.parse(said) as { issuer: string }
  return {
    issuer,
    ...client,
    async tell(world) {
      await fetch(`${issuer}/control`, { method: 'POST', body: JSON.stringify(world) })
    },
    async visit(url) {
      const jar = new Map<string, string>()
      let at = url
      for (let hop = 0; hop < 10; hop++) {
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
        const response = await fetch(at, { redirect: 'manual', headers: { cookie } })
        for (const line of response.headers.getSetCookie()) {
          const [pair = ''] = line.split(';')
          jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
        }
        const location = response.headers.get('location')
        if (location === null)
          throw new Error(`${at} answered ${response.status}: ${(await response.text()).slice(0, 500)}`)
        at = new URL(location, at).href
        if (at.startsWith(redirectUri)) return at
      }
      throw new Error(`${url} leads nowhere`)
    },
    async stop() {
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}
