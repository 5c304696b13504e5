import type { Store } from '@rollcall/store'
import { readEnv } from '../../env.ts'
import type { Deps } from '../context.ts'

export const testToken = 'a-token-for-tests-only'
export const testOrigin = 'http://rollcall.test'

/** The handlers' surroundings in a test: a known token, a clock that the test moves, and a store if it brings one. */
export function testDeps(
  options: { store?: Store; baseUrl?: string; clock?: { now: Date }; settings?: Record<string, string> } = {},
) {
  const settings = readEnv({
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    ROLLCALL_TOKEN: testToken,
    ROLLCALL_SESSION_SECRET: 'a-secret-that-signs-only-in-tests-0123456789',
    ROLLCALL_BASE_URL: options.baseUrl ?? testOrigin,
    ...options.settings,
  })
  const clock = options.clock ?? { now: new Date('2026-01-31T12:00:00Z') }
  const deps: Deps = {
    env: () => settings,
    store: async () => options.store ?? ({} as Store),
    now: () => clock.now,
  }
  return { deps, clock, env: settings }
}

/** A request as a machine with the token would send it; `body` that is not text is sent as JSON. */
export function machineRequest(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Request {
  const sends = body !== undefined
  return new Request(`${testOrigin}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${testToken}`,
      ...(sends ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(sends ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
  })
}
