const acceptable = /^[A-Za-z0-9._:-]{1,128}$/

/** The caller's `x-request-id` when it is one we can repeat safely in headers and logs, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id')
  return given !== null && acceptable.test(given) ? given : crypto.randomUUID()
}
