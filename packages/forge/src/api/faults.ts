import { redact } from './redact.ts'

export type TransportCode = 'dns' | 'refused' | 'timeout' | 'reset' | 'tls' | 'too_large' | 'aborted' | 'other'

/** Why no complete HTTP answer exists. `message` is redacted and cut. */
export interface TransportFault {
  code: TransportCode
  message: string
}

const byCode: Readonly<Record<string, TransportCode>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ECONNREFUSED: 'refused',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  EPROTO: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
}

/** What a thrown transport error was. */
export function transportFault(error: unknown, secrets: readonly string[]): TransportFault {
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { code: '', message: String(error) }
  const inner = error instanceof AggregateError ? error.errors.map(String).join('; ') : ''
  return {
    code: classify(code ?? '', message),
    message: redact(message || inner || code || 'no reason given', secrets, 200),
  }
}

function classify(code: string, message: string): TransportCode {
  if (message.includes('before secure TLS connection') || /^(?:CERT_|ERR_TLS_|ERR_SSL_)/.test(code)) return 'tls'
  return Object.hasOwn(byCode, code) ? (byCode[code] as TransportCode) : 'other'
}
