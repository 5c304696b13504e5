import { connect, createServer, type Socket } from 'node:net'
import { listensAt, randomPort } from '@rollcall/outbound/testing'

/** Another host in front of a server of the tests: it keeps every byte that is sent to it, and passes it on. */
export interface Recorder {
  url: string
  /** whether any of these texts came, as it is, in base64, in hexadecimal or escaped */
  received(...secrets: string[]): boolean
  connections(): number
  close(): Promise<void>
}

export async function startRecorder(inFrontOf: string): Promise<Recorder> {
  const { port: target } = new URL(inFrontOf)
  const chunks: Buffer[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    const onward = connect(Number(target), '127.0.0.1')
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one)
      one.on('error', () => {}).on('close', () => other.destroy())
    }
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.pipe(onward).pipe(socket)
  })
  let port = randomPort()
  while (!(await listensAt(server, port, '127.0.0.1'))) port = randomPort()
  return {
    url: `http://127.0.0.1:${port}`,
    received: (...secrets) => secrets.some((secret) => holds(Buffer.concat(chunks), secret)),
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** Base64 has three forms, by where in a group of three bytes a text begins; the inner part of each is looked for. */
function holds(traffic: Buffer, secret: string): boolean {
  const text = traffic.toString('latin1').toLowerCase()
  const bytes = Buffer.from(secret)
  const encodings = [0, 1, 2].flatMap((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes])
    return [padded.toString('base64').slice(4, -4), padded.toString('base64url').slice(4, -4)]
  })
  const forms = [secret, encodeURIComponent(secret), bytes.toString('hex'), ...encodings]
  return forms.some((form) => form.length >= 4 && text.includes(form.toLowerCase()))
}
