import { afterEach, expect, it, vi } from 'vitest'

// the signal of a process is given once: each test has modules of its own
afterEach(() => vi.resetModules())

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
  const stream = streamUntilGone(caller.signal, watch)
  expect(await stream.next()).toEqual({ done: false, value: 1 })
  const last = stream.next()
  caller.abort()
  expect((await last).done).toBe(true)
  expect(seen.ended).toBe(true)
})

it('breaks off when the process leaves, so that the browser comes back to the next one', async () => {
  const { streamUntilGone } = await import('./stream.ts')
  const { watch, seen } = watched()
  const stream = streamUntilGone(new AbortController().signal, watch)
  await stream.next()
  const last = stream.next()
  const { leave } = await import('../leaving.ts')
  leave()
  await expect(last).rejects.toMatchObject({ name: 'AbortError' })
  expect(seen.ended).toBe(true)
})
