import { setTimeout as delay } from 'node:timers/promises'

/** Waits that long, or rejects as soon as `signal` asks to hand over. */
export async function until(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await delay(Math.max(1, milliseconds), undefined, { signal })
}
