import type { IncomingMessage } from 'node:http'
import { bodyCapBytes } from '../server/body.ts'
import { DoorError } from '../server/faults.ts'

/** Whoever takes longer is no sender that waits for an answer. */
const patienceMs = 10_000
/** All bodies that are in hand at once: neither half-sent ones nor a slow database may fill the memory. */
const mostHeldBytes = 128 * bodyCapBytes
let heldBytes = 0

export interface RawBody {
  /**
   * The bytes as they came, at most 1 MiB: refused by the stated length before anything is read, else while reading, so
   * that a stated length that is missing or wrong does not matter.
   */
  read(): Promise<Uint8Array>
  /** Once the request is answered. */
  release(): void
}

export function rawBodyOf(request: IncomingMessage): RawBody {
  let size = 0
  return {
    async read() {
      if (Number(request.headers['content-length'] ?? 0) > bodyCapBytes) throw tooLarge()
      const chunks: Buffer[] = []
      let late = false
      const timer = setTimeout(() => {
        late = true
        request.destroy()
      }, patienceMs)
      try {
        // a body that is refused is left alone here: ending it would end the connection before the answer is sent
        for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
          size += chunk.byteLength
          heldBytes += chunk.byteLength
          if (size > bodyCapBytes) throw tooLarge()
          if (heldBytes > mostHeldBytes) throw tooBusy()
          chunks.push(chunk)
        }
      } catch (error) {
        if (error instanceof DoorError) throw error
        throw new DoorError('malformed', late ? 'The body did not come in time.' : 'The body ended too soon.', {
          remedy: 'Send the whole body.',
        })
      } finally {
        clearTimeout(timer)
      }
      return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
    },
    release() {
      heldBytes -= size
      size = 0
    },
  }
}

// The rest of the body is never read, so the connection cannot be used again.
const headers = { connection: 'close' }

const tooLarge = () =>
  new DoorError('too_large', 'The body is larger than 1 MiB.', { remedy: 'Send at most 1,048,576 bytes.', headers })

const tooBusy = () =>
  new DoorError('unavailable', 'Too many deliveries are being read.', {
    remedy: 'Send it again in a moment.',
    headers: { ...headers, 'retry-after': '5' },
  })
