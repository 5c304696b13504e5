import { allRights } from '@rollcall/rollout'
import { afterEach, expect, it, vi } from 'vitest'
import { testDeps } from '../testing/deps.ts'

// the signal of a process is given once: each test has modules of its own
afterEach(() => vi.resetModules())

/** Whoever has the operator token: nothing ends what it opened. */
const principal = { id: null, name: 'operator', by: 'token', credential: 'operator token', rights: allRights } as const
const reading = { deps: testDeps().deps, principal, admitWith: async () => {} }

/** Something to watch that never ends by itself, and that says when nobody watches any more. */
function watched() {
  const seen = { ended: false }
  async function* watch(until: AbortSignal) {
    try {
      yield 1
      await new Promise((resolve) => until.addEventListener('abort', resolve))
    } finally {
      seen.ended = true
    }
  }
  return { watch, seen }
}

it('ends well when the caller leaves', async () => {
  const { streamUntilGone } = await import('./stream.ts')
  const { watch, seen } = watched()
  const caller = new AbortController()
  const stream = streamUntilGone({ ctx: reading, signal: caller.signal }, watch)
  expect(await stream.next()).toEqual({ done: false, value: 1 })
  const last = stream.next()
  caller.abort()
  expect((await last).done).toBe(true)
  expect(seen.ended).toBe(true)
})

it('breaks off when the process leaves, so that the browser comes back to the next one', async () => {
  const { streamUntilGone } = await import('./stream.ts')
  const { watch, seen } = watched()
  const stream = streamUntilGone({ ctx: reading, signal: new AbortController().signal }, watch)
  await stream.next()
  const last = stream.next()
  const { leave } = await import('../leaving.ts')
  leave()
  await expect(last).rejects.toMatchObject({ name: 'AbortError' })
  expect(seen.ended).toBe(true)
})
