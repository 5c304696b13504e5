const windowMs = 60_000
const perClient = 10
const perProcess = 100
const clientsRemembered = 1000

/**
 * Slows down guessing: after 10 failures of one client, or 100 of all, within a minute, further tries wait. Kept in
 * memory: the token is too long to guess anyway, this keeps logs and the processor calm.
 */
export function attemptLimit() {
  const failures = new Map<string, number[]>()
  let all: number[] = []
  const recent = (times: number[], now: number) => times.filter((at) => at > now - windowMs)

  return {
    /** Seconds until this client may try again; 0 when it may now. */
    waitSeconds(client: string, now: Date): number {
      const at = now.getTime()
      all = recent(all, at)
      const own = recent(failures.get(client) ?? [], at)
      const oldest = own.length >= perClient ? own[0] : all.length >= perProcess ? all[0] : undefined
      return oldest === undefined ? 0 : Math.max(1, Math.ceil((oldest + windowMs - at) / 1000))
    },
    failed(client: string, now: Date): void {
      const at = now.getTime()
      const own = [...recent(failures.get(client) ?? [], at), at]
      failures.delete(client)
      failures.set(client, own)
      all = [...recent(all, at), at]
      if (failures.size > clientsRemembered) failures.delete(failures.keys().next().value as string)
    },
    succeeded(client: string): void {
      failures.delete(client)
    },
  }
}

/** Who is trying, as far as the process can tell: the address that the nearest hop reported. */
export function clientOf(headers: Headers): string {
  const hops = (headers.get('x-forwarded-for') ?? '').split(',')
  return (hops.at(-1) ?? '').trim().slice(0, 64) || 'unknown'
}
