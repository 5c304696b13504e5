// The program of one tenant: the product as this box has it. A fleet has dozens of these processes, so it is kept tiny:
// it is run as CommonJS with its types stripped beforehand (see tenant-program.ts), which halves its memory and its
// start, and therefore it has no import or export of its own.
const { createServer } = process.getBuiltinModule('node:http')
const { statSync } = process.getBuiltinModule('node:fs')

const [
  ,
  programFile = '',
  port = '',
  slug = '',
  sha = '',
  instance = '',
  behaviour = '',
  leaseFile = '',
  orphanSeconds = '0',
] = process.argv

// A build that is broken is broken at once, before anything listens.
if (behaviour === 'crash') {
  process.stderr.write(`${slug}: this build exits at once\n`)
  process.exit(7)
}

const since = new Date().toISOString()

const server = createServer((request, response) => {
  const path = (request.url ?? '/').split('?', 1)[0]
  response.setHeader('x-tenant-instance', instance)
  response.setHeader('cache-control', 'no-store')
  if (path === '/buildinfo') return json(200, { git_sha: sha, slug, since })
  if (path === '/health') {
    const ok = behaviour !== 'unhealthy'
    return json(ok ? 200 : 503, { ok, slug, git_sha: sha, instance, pid: process.pid, since })
  }
  if (path === '/') {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    // slug and sha were checked by the control plane before they became arguments; neither can hold markup
    return response.end(
      `<!doctype html><meta charset="utf-8"><title>${slug}</title><h1>${slug}</h1><p>runs <code>${sha}</code> since ${since}</p>`,
    )
  }
  return json(404, { error: 'not found' })

  function json(status: number, body: object) {
    response.statusCode = status
    response.setHeader('content-type', 'application/json')
    return response.end(JSON.stringify(body))
  }
})

server.on('error', (error: NodeJS.ErrnoException) => {
  // 98 is how the control plane knows that only the port was taken.
  process.exit(error.code === 'EADDRINUSE' ? 98 : 1)
})
server.keepAliveTimeout = 30_000
server.listen(Number(port), '127.0.0.1')

process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
  setTimeout(() => process.exit(0), 300).unref()
})

// It outlives a control plane that was killed, but not the box it belongs to: without the state folder nobody would ever
// find it again, and with a lease (tests) it also ends when no control plane came back in time.
setInterval(() => {
  try {
    statSync(programFile)
    const lease = statSync(leaseFile).mtimeMs
    if (Number(orphanSeconds) > 0 && Date.now() - lease > Number(orphanSeconds) * 1000) process.exit(0)
  } catch {
    process.exit(0)
  }
}, 3000).unref()
