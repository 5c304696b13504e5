const slot = Symbol.for('rollcall.web.leaving')
const holder = globalThis as typeof globalThis & { [slot]?: AbortController }
// On `globalThis`, because the code that hears the signal and the routes that stream may be separate bundles.
holder[slot] ??= new AbortController()
const controller = holder[slot]

/** Aborts when this process has been asked to end: event streams, which never end by themselves, then do. */
export const leaving: AbortSignal = controller.signal

export function leaveOnSignal(): void {
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => controller.abort())
}
