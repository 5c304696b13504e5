import type { TransportCode, TransportFault } from './facts.ts'
import { redact } from './redact.ts'

const byCode: Record<string, TransportCode> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ECONNREFUSED: 'refused',
  UND_ERR_CONNECT_TIMEOUT: 'timeout_connect',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  EPROTO: 'tls',
}

/** What a transport error was. `sent` tells "never connected" from "no answer": an errno alone does not. */
export function transportFault(error: unknown, sent: boolean, secrets: readonly string[]): TransportFault {
  const { code = '', message } = told(error)
  return { code: classify(code, message, sent), message: redact(message, secrets, 200) }
}

function classify(code: string, message: string, sent: boolean): TransportCode {
  if (code === 'ETIMEDOUT') return sent ? 'timeout_read' : 'timeout_connect'
  // Node says this when the peer hangs up during the handshake; a plain errno would hide that it was TLS.
  if (!sent && message.includes('before secure TLS connection')) return 'tls'
  if (/^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY))/.test(code)) return 'tls'
  return byCode[code] ?? 'other'
}

function told(error: unknown): { code?: string; message: string } {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code } = error as NodeJS.ErrnoException
  // Several addresses were tried: the outer error has the code, only the inner ones say what happened.
  const inner = error instanceof AggregateError ? error.errors.map((each: unknown) => told(each).message) : []
  const message = [error.message, ...inner].filter((text) => text !== '').join('; ')
  return { code, message: message === '' ? (code ?? error.name) : message }
}
