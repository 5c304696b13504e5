import { randomInt } from 'node:crypto'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createNetServer, type Server, type Socket } from 'node:net'

export interface SeenRequest {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: Buffer
}

export interface TestServer {
  url: string
  /** With the port. */
  host: string
  /** Requests whose body has come in, oldest first; a raw server sees none. */
  requests: SeenRequest[]
  /** How many connections were ever accepted. */
  connections(): number
  close(): Promise<void>
}

/** An HTTP server that answers with `listener` once the request's body is in. */
export async function serve(listener: (request: SeenRequest, response: ServerResponse) => void): Promise<TestServer> {
  const requests: SeenRequest[] = []
  const server = createHttpServer(async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      // A body that breaks off: the client hung up, and that may be what the test is about.
      return
    }
    const { method = '', url = '', headers } = request
    const seen = { method, url, headers, body: Buffer.concat(chunks) }
    requests.push(seen)
    listener(seen, response)
  })
  return started(server, requests)
}

/** A server below HTTP: `onSocket` gets each connection and does with it what no HTTP server would. */
export async function serveRaw(onSocket: (socket: Socket) => void): Promise<TestServer> {
  const server = createNetServer((socket) => {
    socket.on('error', () => {})
    onSocket(socket)
  })
  return started(server, [])
}

async function started(server: Server, requests: SeenRequest[]): Promise<TestServer> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** Below the ports that the system gives to outgoing connections, so that a test never meets its own client there. */
async function listen(server: Server): Promise<number> {
  for (;;) {
    const port = randomPort()
    const taken = await new Promise<boolean>((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(true) : reject(error))
      server.once('error', onError)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', onError)
        resolve(false)
      })
    })
    if (!taken) return port
  }
}

export function randomPort(): number {
  return randomInt(10_000, 32_000)
}

/** A port of this machine where nobody listens. */
export async function deadHost(): Promise<string> {
  const server = await serveRaw(() => {})
  await server.close()
  return server.host
}
