/** The product's server without its pages, which need a build: everything that answers with data, as it is served. */
import { env } from '../src/env.ts'
import { openProcessFront } from '../src/front/index.ts'
import { strictServer } from '../src/front/strict-server.ts'
import { fixedHeaders } from '../src/server/headers.ts'
import { checkSettings } from '../src/server/start.ts'

checkSettings()
const front = openProcessFront(async (_request, response) => {
  response.writeHead(404, { 'content-type': 'text/plain' })
  response.end('There are no pages here.')
})
const server = strictServer(front.listener, () => fixedHeaders(env()))
server.listen(Number(process.argv[2]), '127.0.0.1')
process.once('SIGTERM', () => server.close(() => front.close().then(() => process.exit(0))))
