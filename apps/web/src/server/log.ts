const secretNames = ['ROLLCALL_TOKEN', 'ROLLCALL_SESSION_SECRET', 'DATABASE_URL']

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

function redact(text: string): string {
  let clean = text.replace(/(\w+:\/\/[^:@/\s]*:)[^@\s]*@/g, '$1***@')
  // From the process itself, not from the checked settings: a failure must be logged even when those are unusable.
  for (const name of secretNames) {
    const secret = process.env[name]
    if (secret) clean = clean.replaceAll(secret, '***')
  }
  return clean
}
