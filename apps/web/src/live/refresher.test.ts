import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeRefresher } from './refresher.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function watched(client: QueryClient, key: string, meta: Record<string, unknown> = {}) {
  const ask = vi.fn(async () => key)
  const observer = new QueryObserver(client, { queryKey: [key], queryFn: ask, meta })
  return { ask, stop: observer.subscribe(() => undefined) }
}

test('any amount of news in one second asks at most twice', async () => {
  const client = new QueryClient()
  const screen = watched(client, 'screen')
  await vi.advanceTimersByTimeAsync(1_000)
  const refresher = makeRefresher(client)
  const before = screen.ask.mock.calls.length
  for (let i = 0; i < 100; i++) {
    refresher.news()
    await vi.advanceTimersByTimeAsync(10)
  }
  expect(screen.ask.mock.calls.length - before).toBeLessThanOrEqual(2)
  refresher.stop()
})

test('news that comes too soon is not forgotten', async () => {
  const client = new QueryClient()
  const screen = watched(client, 'screen')
  await vi.advanceTimersByTimeAsync(0)
  const refresher = makeRefresher(client)
  const before = screen.ask.mock.calls.length
  refresher.news()
  await vi.advanceTimersByTimeAsync(600)
  expect(screen.ask.mock.calls.length - before).toBe(1)
  refresher.stop()
})

test('a large answer is asked for at its own pace while the others go on', async () => {
  const client = new QueryClient()
  const large = watched(client, 'large', { paceMs: 5_000 })
  const small = watched(client, 'small')
  await vi.advanceTimersByTimeAsync(0)
  const refresher = makeRefresher(client)
  for (let i = 0; i < 40; i++) {
    refresher.news()
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(large.ask).toHaveBeenCalledTimes(1)
  expect(small.ask.mock.calls.length).toBeGreaterThan(4)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(large.ask).toHaveBeenCalledTimes(2)
  refresher.stop()
})

test('what is not on screen is not asked for', async () => {
  const client = new QueryClient()
  const gone = watched(client, 'gone')
  await vi.advanceTimersByTimeAsync(0)
  gone.stop()
  const refresher = makeRefresher(client)
  refresher.news()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(gone.ask).toHaveBeenCalledTimes(1)
  refresher.stop()
})
