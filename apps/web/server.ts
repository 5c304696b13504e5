/**
 * What serves: one server, in which the front answers everything that is data and hands pages to Next. A route of Next
 * costs some milliseconds of the processor before its handler begins; thousands of forged deliveries per second have to be
 * refused for less, and a screen asks often. Run it in this folder, after `next build`.
 */
import type { RequestListener } from 'node:http'
import { parseArgs } from 'node:util'
import next from 'next'
import { env } from './src/env.ts'
import { strictServer } from './src/front/strict-server.ts'
import { fixedHeaders } from './src/server/headers.ts'
import { leaveOnSignal } from './src/server/leaving.ts'
import { logFailure } from './src/server/log.ts'
import { checkSettings } from './src/server/start.ts'

const { values } = parseArgs({
  options: { hostname: { type: 'string', default: '127.0.0.1' }, port: { type: 'string', default: '3000' } },
})
const { hostname } = values
const port = Number(values.port)

checkSettings()
leaveOnSignal()
const listener: RequestListener = async (request, response) => (await opening).listener(request, response)
const server = strictServer(listener, () => fixedHeaders(env()))
const pages = next({ dev: false, dir: import.meta.dirname, hostname, port, httpServer: server })
const ready = pages.prepare()
// Loaded beside the pages: neither keeps the other from being there soon.
const opening = import('./src/front/index.ts').then(({ openProcessFront }) =>
  openProcessFront(async (request, response) => {
    await ready
    await pages.getRequestHandler()(request, response)
  }),
)
server.once('error', fail)
server.listen(port, hostname)
ready.catch(fail)
opening.catch(fail)

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end)

function end(signal: 'SIGTERM' | 'SIGINT'): void {
  server.close(async () => {
    await Promise.allSettled([pages.close(), opening.then((front) => front.close())])
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}

function fail(error: Error): void {
  logFailure('start', 'the server', error)
  process.exit(1)
}
