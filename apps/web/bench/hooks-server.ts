/** The receivers of webhooks as the product serves them, in a process of its own, and an empty handler beside them. */
import { createServer } from 'node:http'
import { isHook, openHookReceiver, serveHook } from '../src/hooks/index.ts'
import { processDeps } from '../src/server/context.ts'

const receiver = openHookReceiver(processDeps)
const server = createServer((request, response) => {
  if (isHook(request)) void serveHook(receiver, request, response)
  else {
    request.resume()
    request.once('end', () => {
      response.writeHead(202, { 'content-type': 'application/json', 'content-length': 2 })
      response.end('{}')
    })
  }
})
// a connection that the sender has not needed for a while is still its own
server.keepAliveTimeout = 0
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('ready'))
process.once('disconnect', () => process.exit(0))
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuSeconds: (user + system) / 1e6, rssMiB: process.memoryUsage.rss() / 2 ** 20 })
})
