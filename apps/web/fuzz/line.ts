import { connect, type Socket } from 'node:net'

/** One answer as it came. Names of headers in lower case; of several with one name, all values, in order. */
export interface Answer {
  status: number
  headers: Readonly<Record<string, string>>
  /** the head as it came, without interpretation */
  head: string
  body: Buffer
}

/** Why no whole answer came. */
export class NoAnswer extends Error {}

/** Reads answers out of what arrives. A stream's answer is handed over with what had come when it was asked for. */
export function answerReader(isHead: () => boolean) {
  let heard: Buffer = Buffer.alloc(0)
  return {
    hear(chunk: Buffer): void {
      heard = heard.byteLength === 0 ? chunk : Buffer.concat([heard, chunk])
    },
    /** The next whole answer; null while there is none. `ended`: nothing more will come. Throws at what is no HTTP. */
    next(ended: boolean): Answer | null {
      for (;;) {
        const end = heard.indexOf('\r\n\r\n')
        if (end < 0) {
          if (ended && heard.byteLength > 0)
            throw new NoAnswer(`half a head: ${heard.toString('latin1').slice(0, 200)}`)
          return null
        }
        const head = heard.subarray(0, end).toString('latin1')
        const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(head)?.[1] ?? Number.NaN)
        if (Number.isNaN(status)) throw new NoAnswer(`no status line: ${head.slice(0, 200)}`)
        if (status >= 100 && status < 200 && status !== 101) {
          heard = heard.subarray(end + 4)
          continue
        }
        const headers = headersIn(head)
        const body = bodyIn(heard.subarray(end + 4), { status, headers, isHead: isHead(), ended })
        if (body === null) return null
        heard = heard.subarray(end + 4 + body.length)
        return { status, headers, head, body: body.content }
      }
    },
    /** What has come of an answer that may never end; null before its head is there. */
    begun(): Answer | null {
      const end = heard.indexOf('\r\n\r\n')
      if (end < 0) return null
      const head = heard.subarray(0, end).toString('latin1')
      return { status: Number(head.slice(9, 12)), headers: headersIn(head), head, body: heard.subarray(end + 4) }
    },
    isEmpty: () => heard.byteLength === 0,
  }
}

function headersIn(head: string): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value
  }
  return headers
}

interface Framing {
  status: number
  headers: Readonly<Record<string, string>>
  isHead: boolean
  ended: boolean
}

/** The body and how many bytes it took; null while it is not whole. */
function bodyIn(rest: Buffer, { status, headers, isHead, ended }: Framing): { content: Buffer; length: number } | null {
  if (isHead || status === 204 || status === 304 || status === 101) return { content: Buffer.alloc(0), length: 0 }
  if (headers['transfer-encoding'] === 'chunked') {
    const whole = chunked(rest)
    // a stream goes on until somebody leaves
    if (whole === null && ended && headers['content-type']?.startsWith('text/event-stream')) {
      return { content: rest, length: rest.byteLength }
    }
    if (whole === null && ended) throw new NoAnswer('the chunks of the answer end too soon')
    return whole
  }
  const stated = headers['content-length']
  if (stated === undefined) return ended ? { content: rest, length: rest.byteLength } : null
  const length = Number(stated)
  if (rest.byteLength >= length) return { content: rest.subarray(0, length), length }
  if (ended) throw new NoAnswer('the answer is shorter than it says')
  return null
}

function chunked(rest: Buffer): { content: Buffer; length: number } | null {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const end = rest.indexOf('\r\n', at)
    if (end < 0) return null
    const size = Number.parseInt(rest.subarray(at, end).toString('latin1'), 16)
    if (Number.isNaN(size)) throw new NoAnswer('a chunk of the answer has no size')
    const from = end + 2
    if (rest.byteLength < from + size + 2) return null
    if (size === 0) return { content: Buffer.concat(parts), length: from + 2 }
    parts.push(rest.subarray(from, from + size))
    at = from + size + 2
  }
}

const patienceMs = 15_000

/** A connection that is used again and again, one request at a time. */
export interface Line {
  /** Resolves with the one answer; rejects with NoAnswer when it does not come. */
  ask(bytes: Buffer, isHead: boolean): Promise<Answer>
  /** false: another one is needed for the next request */
  isOpen(): boolean
  /** what was asked over it last but one, when that may have ended it */
  before(): string
  close(): void
}

export async function openLine(port: number): Promise<Line> {
  const socket = await connected(port)
  let head = false
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null
  let isOver = false
  let last = ''
  let beforeLast = ''
  const reader = answerReader(() => head)
  const look = (ended: boolean) => {
    if (waiting === null) return
    try {
      const answer = reader.next(ended)
      if (answer !== null) {
        if (answer.headers.connection === 'close' || !reader.isEmpty()) isOver = true
        waiting.resolve(answer)
        waiting = null
      } else if (ended) throw new NoAnswer('the connection was closed without an answer')
    } catch (error) {
      isOver = true
      waiting?.reject(error as Error)
      waiting = null
    }
  }
  socket.on('data', (chunk) => {
    reader.hear(chunk)
    look(false)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    isOver = true
    look(true)
  })
  return {
    ask(bytes, isHead) {
      head = isHead
      beforeLast = last
      last = bytes.subarray(0, 400).toString('latin1')
      return new Promise<Answer>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting = null
          isOver = true
          socket.destroy()
          reject(new NoAnswer(`no answer in ${patienceMs} ms`))
        }, patienceMs)
        waiting = {
          resolve: (answer) => {
            clearTimeout(timer)
            resolve(answer)
          },
          reject: (error) => {
            clearTimeout(timer)
            reject(error)
          },
        }
        if (socket.destroyed) look(true)
        else socket.write(bytes)
      })
    },
    isOpen: () => !isOver && socket.writable,
    before: () => (beforeLast === '' ? '' : `; before it: ${JSON.stringify(beforeLast)}`),
    close: () => socket.destroy(),
  }
}

/**
 * Sends bytes over a connection of their own, ends our side, and resolves with every answer until the other side ends:
 * none is right, too, where what was sent is no request. `streams`: leaves as soon as an event stream has begun.
 */
export async function askOnce(
  port: number,
  bytes: Buffer,
  { isHead = false, streams = false } = {},
): Promise<Answer[]> {
  const socket = await connected(port)
  const reader = answerReader(() => isHead)
  const answers: Answer[] = []
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new NoAnswer(`the connection was still open after ${patienceMs} ms`))
    }, patienceMs)
    const finish = (error?: Error) => {
      clearTimeout(timer)
      socket.destroy()
      if (error) reject(error)
      else resolve(answers)
    }
    const take = (ended: boolean) => {
      for (let answer = reader.next(ended); answer !== null; answer = reader.next(ended)) answers.push(answer)
    }
    socket.on('data', (chunk) => {
      reader.hear(chunk)
      try {
        take(false)
        const begun = streams && answers.length === 0 ? reader.begun() : null
        const isStream = begun?.headers['content-type']?.startsWith('text/event-stream') && begun.body.byteLength > 0
        if (begun && isStream) {
          answers.push(begun)
          finish()
        } else if (streams && answers.length > 0) finish()
      } catch (error) {
        finish(error as Error)
      }
    })
    // cut off in the middle of what we send: the answer, if there is one, has come before
    socket.on('error', () => {})
    socket.on('close', () => {
      try {
        take(true)
        finish()
      } catch (error) {
        finish(socket.errored ? undefined : (error as Error))
      }
    })
    if (streams) socket.write(bytes)
    else socket.end(bytes)
  })
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.removeListener('error', reject)
      socket.on('end', () => socket.end())
      resolve(socket)
    })
  })
}
