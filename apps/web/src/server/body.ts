import { DoorError } from './faults.ts'

export const bodyCapBytes = 1024 * 1024

const sizeWords = (bytes: number) => (bytes < bodyCapBytes ? `${bytes / 1024} KiB` : `${bytes / bodyCapBytes} MiB`)

const tooLarge = (capBytes: number) =>
  new DoorError('too_large', `The body is larger than ${sizeWords(capBytes)}.`, {
    remedy: `Send at most ${capBytes.toLocaleString('en-US')} bytes.`,
    // The rest of the body is never read, so the connection cannot be used again.
    headers: { connection: 'close' },
  })

/**
 * The body as text, refused once it passes the cap: by its stated length before anything is read, else while reading,
 * so that a body of no stated length stops there too. Empty when there is none. Refuses bytes that are not UTF-8. Where
 * nobody is known yet, the cap is what an honest body needs: so many of them may be held at once.
 */
export async function readBody(request: Request, capBytes: number = bodyCapBytes): Promise<string> {
  const stated = request.headers.get('content-length')
  if (stated !== null && Number(stated) > capBytes) throw tooLarge(capBytes)
  if (request.body === null) return ''
  const reader = request.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read().catch(endedTooSoon)
    if (done) break
    size += value.byteLength
    if (size > capBytes) {
      // Not awaited: an endless sender must not hold the answer back.
      void reader.cancel().catch(() => {})
      throw tooLarge(capBytes)
    }
    chunks.push(value)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw new DoorError('malformed', 'The body is not UTF-8 text.', { remedy: 'Send JSON encoded as UTF-8.' })
  }
}

const endedTooSoon = (): never => {
  throw new DoorError('malformed', 'The body ended too soon.', {
    remedy: 'Send the whole body.',
    headers: { connection: 'close' },
  })
}

/** Throws unless the stated content type is JSON. */
export function requireJsonType(request: Request): void {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type === 'application/json') return
  throw new DoorError(
    'unsupported_type',
    type ? `The content type ${printable(type)} is not read here.` : 'The body has no content type.',
    {
      field: 'Content-Type',
      remedy: 'Send the body as JSON with Content-Type: application/json.',
    },
  )
}

const printable = (text: string) => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 80)
