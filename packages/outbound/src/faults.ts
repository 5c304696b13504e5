import { OutboundRefusal } from './guard.ts'
import { redact } from './redact.ts'

export type TransportCode =
  | 'dns'
  | 'refused'
  | 'timeout_connect'
  | 'timeout_read'
  | 'reset'
  | 'tls'
  | 'too_large'
  | 'aborted'
  | 'other'

/** Why no complete HTTP answer exists. `message` is redacted and cut. */
export interface TransportFault {
  code: TransportCode
  message: string
}

const byCode: Readonly<Record<string, TransportCode>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  ENODATA: 'dns',
  ESERVFAIL: 'dns',
  ECONNREFUSED: 'refused',
  UND_ERR_CONNECT_TIMEOUT: 'timeout_connect',
  UND_ERR_HEADERS_TIMEOUT: 'timeout_read',
  UND_ERR_BODY_TIMEOUT: 'timeout_read',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  EPROTO: 'tls',
  HOSTNAME_MISMATCH: 'tls',
}

/**
 * What a thrown transport error was. `sent` says whether any byte of the request may have left: the same errno means
 * "never connected" before and "no answer" after.
 */
export function transportFault(error: unknown, sent: boolean, secrets: readonly string[] = []): TransportFault {
  // our own sentence, which ends with the remedy
  if (error instanceof OutboundRefusal) return { code: 'other', message: redact(error.message, secrets, 400) }
  const { code, message } = described(error)
  return { code: classify(code, message, sent), message: redact(message, secrets, 200) }
}

function classify(code: string, message: string, sent: boolean): TransportCode {
  if (code === 'ETIMEDOUT') return sent ? 'timeout_read' : 'timeout_connect'
  // Node says this when the peer hangs up during the handshake; a plain errno would hide that it was TLS.
  if (!sent && message.includes('before secure TLS connection')) return 'tls'
  if (/^(CERT_|CRL_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY))/.test(code)) return 'tls'
  return Object.hasOwn(byCode, code) ? (byCode[code] as TransportCode) : 'other'
}

function described(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) }
  const { code: given } = error as NodeJS.ErrnoException
  const code = typeof given === 'string' ? given : ''
  // Several addresses were tried: the outer error has the code, only the inner ones say what happened.
  const inner = error instanceof AggregateError ? error.errors.map((e: unknown) => described(e).message) : []
  const message = [error.message, ...inner].filter((text) => text !== '').join('; ')
  return { code, message: message === '' ? code || error.name : message }
}
