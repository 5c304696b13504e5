/** Variables of this process whose values open something. */
const isSecretName = (name: string) => name === 'DATABASE_URL' || /^ROLLCALL_.*(TOKEN|SECRET|PASSWORD|KEY)/.test(name)

/** Writes one line for a failure that nobody was told about: the request id and what broke, without secrets. */
export function logFailure(requestId: string, where: string, error: unknown): void {
  const text = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error)
  console.error(
    JSON.stringify({
      at: new Date().toISOString(),
      level: 'error',
      requestId,
      where,
      error: redact(text).slice(0, 4000),
    }),
  )
}

/** Writes one line for a request that ended in 5xx, so that the id that was told leads somewhere. Never its query. */
export function logRequest(
  requestId: string,
  { method, path, status, ms }: { method: string; path: string; status: number; ms: number },
): void {
  console.error(
    JSON.stringify({
      at: new Date().toISOString(),
      level: 'error',
      requestId,
      where: `${method} ${redact(path).slice(0, 200)}`,
      status,
      ms: Math.round(ms),
    }),
  )
}

function redact(text: string): string {
  // bounded: a path is a stranger's, and may be of nothing but the beginnings of such addresses
  let clean = text.replace(/(:\/\/[^:@/\s]{0,200}:)[^@\s]{0,500}@/g, '$1***@')
  // From the process itself, not from the checked settings: a failure must be logged even when those are unusable.
  for (const [name, secret] of Object.entries(process.env)) {
    if (secret && secret.length >= 8 && isSecretName(name)) clean = clean.replaceAll(secret, '***')
  }
  return clean
}
