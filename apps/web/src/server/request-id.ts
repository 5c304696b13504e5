const acceptable = /^[A-Za-z0-9._:-]{1,128}$/

/** The caller's `x-request-id` when it is one we can repeat safely in headers and logs, else a new one. */
export function requestIdOf(headers: Headers): string {
  return safeRequestId(headers.get('x-request-id'))
}

export function safeRequestId(given: unknown): string {
  return typeof given === 'string' && acceptable.test(given) ? given : crypto.randomUUID()
}
