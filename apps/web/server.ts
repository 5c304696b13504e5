/**
 * What serves in production: the pages and the API as Next answers them, and in front of Next, in the same server, the
 * receivers of webhooks. A route of Next costs some milliseconds of the processor before its handler begins; thousands of
 * forged deliveries per second have to be refused for less. Run it in this folder, after `next build`.
 */
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import next from 'next'
import { serveWith } from './src/hooks/front.ts'

const { values } = parseArgs({
  options: { hostname: { type: 'string', default: '127.0.0.1' }, port: { type: 'string', default: '3000' } },
})
const { hostname } = values
const port = Number(values.port)

const server = createServer()
const pages = next({ dev: false, dir: import.meta.dirname, hostname, port, httpServer: server })
const ready = pages.prepare()
const front = serveWith(async (request, response) => {
  await ready
  await pages.getRequestHandler()(request, response)
})
server.on('request', front.listener)
server.once('error', fail)
server.listen(port, hostname)
ready.catch(fail)

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end)

function end(signal: 'SIGTERM' | 'SIGINT'): void {
  server.close(async () => {
    await Promise.allSettled([pages.close(), front.close()])
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}

function fail(error: Error): void {
  console.error(error)
  process.exit(1)
}
