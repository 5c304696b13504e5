import { type Line, openLine, outboundGuard } from '@rollcall/outbound'
import { DoorError } from '../server/faults.ts'

const timeoutMs = 8_000
/** Documents of a provider are small; keys of a large one are some tens of kilobytes. */
const maxBytes = 512 * 1024

interface Asked {
  method: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string
  /** texts that must not be in an error */
  secrets?: readonly string[]
}

/** The guarded way to one provider. */
export interface IssuerLine {
  /** The answer as it came, whatever its status; throws when there was none, or it leads elsewhere. */
  fetch(url: URL, asked: Asked): Promise<{ status: number; text: string }>
  /** The JSON object of a 200; throws for anything else. */
  json(url: URL, asked: Asked): Promise<Record<string, unknown>>
}

export function openIssuerLine(reach: readonly string[]): IssuerLine {
  const line: Line = openLine({
    guard: outboundGuard(reach),
    userAgent: 'rollcall',
    connections: 8,
    keepAliveMs: 4_000,
  })
  const issuerLine: IssuerLine = {
    async fetch(url, { method, headers = {}, body, secrets = [] }) {
      const answer = await line.ask({ url, method, headers, body: body ?? null, timeoutMs, maxBytes, secrets })
      if (answer.fault !== null || answer.status === null) {
        throw issuerError(`${url.host} could not be asked: ${answer.fault?.message ?? 'no answer'}`)
      }
      if (answer.status >= 300 && answer.status < 400)
        throw issuerError(`${url.host} leads elsewhere with ${answer.status}`)
      return { status: answer.status, text: answer.body.toString('utf8') }
    },
    async json(url, asked) {
      const { status, text } = await issuerLine.fetch(url, asked)
      if (status !== 200) throw issuerError(`${url.host}${url.pathname} answered ${status}`)
      const value = parse(text)
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
      throw issuerError(`${url.host}${url.pathname} answered something that is no JSON object`)
    },
  }
  return issuerLine
}

/** What is told says nothing of the inside; what the log is told is the cause. */
export function issuerError(cause: string): DoorError {
  const error = new DoorError('unavailable', 'The provider cannot be asked, or does not answer as it should.', {
    remedy: 'Try again in a moment. The log of Rollcall has the cause.',
  })
  error.cause = cause
  return error
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
