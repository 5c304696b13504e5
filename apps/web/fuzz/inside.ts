/**
 * Preloaded into the server that is asked (node --expose-gc --import): says on demand what it holds after everything that
 * can go has gone. Nothing else of the server knows about it.
 */
import { setTimeout as delay } from 'node:timers/promises'

export interface Memory {
  pid: number
  rss: number
  /** heap and buffers that are still held */
  held: number
}

process.on('message', async (message) => {
  if (message !== 'memory') return
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.()
    await delay(20)
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send?.({ pid: process.pid, rss, held: heapUsed + external } satisfies Memory)
})
process.once('disconnect', () => process.exit(0))
process.channel?.unref()
