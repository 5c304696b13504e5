import { setTimeout as delay } from 'node:timers/promises'
import { openLine } from './line.ts'

/** How long the server takes to say that it is alive, asked all the time on a connection of its own. */
export function watchHealth(port: number) {
  let worstMs = 0
  let asked = 0
  let isOver = false
  const bytes = Buffer.from('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n')
  const watching = (async () => {
    let line = await openLine(port)
    while (!isOver) {
      const startedAt = performance.now()
      const answer = await line.ask(bytes, false).catch(() => null)
      worstMs = Math.max(worstMs, answer?.status === 200 ? performance.now() - startedAt : Number.POSITIVE_INFINITY)
      asked += 1
      if (!line.isOpen()) line = await openLine(port).catch(() => line)
      await delay(50)
    }
    line.close()
  })()
  return {
    async stop() {
      isOver = true
      await watching
      return { worstMs, asked }
    },
  }
}
