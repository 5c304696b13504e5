import { env } from '../env.ts'

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
  const { token, sessionSecret, databaseUrl } = env()
  let clean = text.replace(/(\w+:\/\/[^:@/\s]*:)[^@\s]*@/g, '$1***@')
  for (const secret of [token, sessionSecret, databaseUrl]) clean = clean.replaceAll(secret, '***')
  return clean
}
