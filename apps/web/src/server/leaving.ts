const controller = new AbortController()

/** Aborts when this process has been asked to end: event streams, which never end by themselves, then do. */
export const leaving: AbortSignal = controller.signal

export const leave = () => controller.abort()

export function leaveOnSignal(): void {
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, leave)
}
