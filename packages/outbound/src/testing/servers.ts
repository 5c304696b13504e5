import { randomInt } from 'node:crypto'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createNetServer, type Server, type Socket } from 'node:net'
import { judgePort } from '../ports.ts'

export interface SeenRequest<Body = string> {
  method: string
  /** Path and query. */
  url: string
  headers: IncomingMessage['headers']
  body: Body
}

export interface TestServer<Body = string> {
  url: string
  port: number
  /** With the port. */
  host: string
  /** Requests whose body has come in, oldest first; a raw server sees none. */
  requests: SeenRequest<Body>[]
  /** How many connections were ever accepted. */
  connections(): number
  close(): Promise<void>
}

type Listener<Body> = (request: SeenRequest<Body>, response: ServerResponse) => void

/** An HTTP server that answers with `listener` once the request's body is in. */
export function serve(listener: Listener<string>, host?: string): Promise<TestServer> {
  return serveRead((bytes) => bytes.toString(), listener, host)
}

/** The same with bodies as bytes. */
export function serveBytes(listener: Listener<Buffer>): Promise<TestServer<Buffer>> {
  return serveRead((bytes) => bytes, listener)
}

/** A server below HTTP: `onSocket` gets each connection and does with it what no HTTP server would. */
export async function serveRaw<Body = string>(onSocket: (socket: Socket) => void): Promise<TestServer<Body>> {
  const server = createNetServer((socket) => {
    // A client that hangs up is what these servers are there to provoke.
    socket.on('error', () => {})
    onSocket(socket)
  })
  return started(server, [])
}

/** An HTTP server with one fixed answer. `type` null leaves the header out. */
export function serveAnswer(
  status: number,
  body: string,
  type: string | null = 'application/json',
  headers = {},
): Promise<TestServer> {
  return serve((_, response) => {
    response.writeHead(status, { ...(type !== null && { 'content-type': type }), ...headers })
    response.end(body)
  })
}

async function serveRead<Body>(read: (bytes: Buffer) => Body, listener: Listener<Body>, host?: string) {
  const requests: SeenRequest<Body>[] = []
  const server = createHttpServer(async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      // A body that breaks off: the client hung up, and that may be what the test is about.
      return
    }
    const { method = '', url = '', headers } = request
    const seen = { method, url, headers, body: read(Buffer.concat(chunks)) }
    requests.push(seen)
    listener(seen, response)
  })
  return started(server, requests, host)
}

async function started<Body>(
  server: Server,
  requests: SeenRequest<Body>[],
  host = '127.0.0.1',
): Promise<TestServer<Body>> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const port = await listen(server, host)
  return {
    url: `http://${host}:${port}`,
    port,
    host: `${host}:${port}`,
    requests,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

async function listen(server: Server, host: string): Promise<number> {
  for (;;) {
    const port = randomPort()
    if (await listensAt(server, port, host)) return port
  }
}

/** False when somebody else has the port. */
export function listensAt(server: Server, port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error))
    server.once('error', onError)
    server.listen(port, host, () => {
      server.off('error', onError)
      resolve(true)
    })
  })
}

/** Below the ports that the system gives to outgoing connections, so that a test never meets its own client there. */
export function randomPort(): number {
  const port = randomInt(10_000, 32_000)
  return judgePort(port) === null ? port : randomPort()
}

/** A port of this machine where nobody listens. */
export async function deadPort(): Promise<number> {
  const server = await serveRaw(() => {})
  await server.close()
  return server.port
}
