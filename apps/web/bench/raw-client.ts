import { connect, type Socket } from 'node:net'

/** Sends prepared requests over connections that stay open, one at a time on each: what a load costs besides the server. */
export interface RawClient {
  /** Resolves with the status once the answer is there; waits for a connection that is free. */
  send(request: Buffer): Promise<number>
  close(): void
}

export async function openRawClient(port: number, connections: number): Promise<RawClient> {
  const free: Line[] = []
  const waiting: ((line: Line) => void)[] = []
  const release = (line: Line) => {
    const next = waiting.shift()
    if (next) next(line)
    else free.push(line)
  }
  const all = await Promise.all(Array.from({ length: connections }, () => openLine(port)))
  free.push(...all)
  return {
    async send(request) {
      const line = free.pop() ?? (await new Promise<Line>((resolve) => waiting.push(resolve)))
      try {
        return await line.ask(request)
      } finally {
        release(line)
      }
    },
    close() {
      for (const { socket } of all) socket.destroy()
    },
  }
}

interface Line {
  socket: Socket
  ask(request: Buffer): Promise<number>
}

function openLine(port: number): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let answer: { resolve: (status: number) => void; reject: (error: Error) => void } | null = null
    let heard = ''
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      heard += text
      const end = heard.indexOf('\r\n\r\n')
      if (end === -1) return
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(heard)?.[1] ?? 0)
      if (heard.length < end + 4 + length) return
      const status = Number(heard.slice(9, 12))
      heard = heard.slice(end + 4 + length)
      answer?.resolve(status)
    })
    socket.once('error', reject)
    socket.on('close', () => answer?.reject(new Error('the connection was closed')))
    socket.once('connect', () =>
      resolve({
        socket,
        ask: (request) =>
          new Promise((resolve, reject) => {
            answer = { resolve, reject }
            // closed while nobody asked: nothing would ever come
            if (socket.destroyed || !socket.writable) reject(new Error('the connection was closed before it was used'))
            else socket.write(request)
          }),
      }),
    )
  })
}
