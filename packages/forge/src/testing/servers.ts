import { randomInt } from 'node:crypto'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createServer as createNetServer, type Server, type Socket } from 'node:net'

export interface SeenRequest {
  method: string
  /** Path and query. */
  url: string
  headers: IncomingMessage['headers']
  body: string
}

export interface TestServer {
  url: string
  /** Requests whose body has come in, oldest first; a raw server sees none. */
  requests: SeenRequest[]
  /** How many connections were ever accepted. */
  connections(): number
  close(): Promise<void>
}

/** An HTTP server that answers with `listener` once the request's body is in. */
export async function serve(listener: (request: SeenRequest, response: ServerResponse) => void): Promise<TestServer> {
  const requests: SeenRequest[] = []
  const onRequest: RequestListener = async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
    requests.push(seen)
    listener(seen, response)
  }
  return started(createHttpServer(onRequest), requests)
}

/** A server below HTTP: `onSocket` gets each connection and does with it what no HTTP server would. */
export async function serveRaw(onSocket: (socket: Socket) => void): Promise<TestServer> {
  const server = createNetServer((socket) => {
    // A client that hangs up is what these servers are there to provoke.
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
    const port = randomInt(10_000, 32_000)
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

/** A URL of this machine where nobody listens. */
export async function deadUrl(): Promise<string> {
  const server = await serveRaw(() => {})
  await server.close()
  return server.url
}
