import { serveBytes } from '@rollcall/outbound/testing'
import { RegistryAuth, type RegistryAuthOptions } from './registry-auth.ts'
import { type Fault, send } from './registry-faults.ts'
import { RegistryStore, type StoreOptions } from './registry-store.ts'
import type { SeenRequest, TestServer } from './seen.ts'

export interface FakeRegistryOptions extends StoreOptions {
  /** How it wants to be convinced. Default: not at all. */
  auth?: RegistryAuthOptions
  /** Asked for each request to the registry, the token server's included, in order from 0. */
  fault?: (request: SeenRequest, index: number) => Fault | null | undefined
}

export interface FakeRegistry extends TestServer {
  store: RegistryStore
  /** Replaces the faults of the options. */
  setFault(fault: FakeRegistryOptions['fault']): void
  /** Makes all tokens that were given out worthless. */
  revokeTokens(): void
  /** `GET /v2/demo/tenant/manifests/latest`, oldest first; without the queries. */
  asked(): string[]
}

/** A small registry in memory, over real HTTP, with behaviour and with faults where a test wants them. */
export async function startFakeRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const store = new RegistryStore(options)
  const auth = new RegistryAuth(() => options.auth)
  let { fault } = options
  let index = 0
  const server = await serveBytes((request, response) => {
    const answer = () => auth.answer(request) ?? store.answer(request)
    const wrong = fault?.(request, index++)
    if (wrong === null || wrong === undefined) send(answer(), response)
    else wrong(answer, response)
  })
  return {
    ...server,
    store,
    setFault: (next) => {
      fault = next
    },
    revokeTokens: () => auth.revoke(),
    asked: () => server.requests.map(({ method, url }) => `${method} ${url.split('?')[0]}`),
  }
}
