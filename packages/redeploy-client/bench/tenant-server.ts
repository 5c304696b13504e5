import { createServer } from 'node:http'

// A tenant's /buildinfo, as fast as Node can give it, in a process of its own.
const body = JSON.stringify({ git_sha: 'a'.repeat(40) })
const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(body)
})
server.keepAliveTimeout = 60_000
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('ready'))
process.on('disconnect', () => process.exit(0))
