import { useSyncExternalStore } from 'react'

/*
 * One clock for the page, in the server's time: it ticks once a second while something on screen asks and the tab is
 * seen. A reader re-renders only when what it derives from the time has changed.
 */
let skewMs = 0
let tick = 0
let timer: ReturnType<typeof setInterval> | undefined
const readers = new Set<() => void>()

/** The server's time now, in milliseconds. */
export const serverNow = (): number => Date.now() + skewMs

/** Notes when the server made an answer. Less than two seconds apart is the way of the network, not of the clocks. */
export function noteServerTime(asOf: string): void {
  const away = Date.parse(asOf) - Date.now()
  if (Number.isNaN(away)) return
  skewMs = Math.abs(away) < 2000 ? 0 : away
}

function beat() {
  if (document.visibilityState === 'hidden') return
  tick = serverNow()
  for (const reader of readers) reader()
}

function subscribe(reader: () => void): () => void {
  readers.add(reader)
  if (readers.size === 1) {
    tick = serverNow()
    timer = setInterval(beat, 1000)
    document.addEventListener('visibilitychange', beat)
  }
  return () => {
    readers.delete(reader)
    if (readers.size > 0) return
    clearInterval(timer)
    document.removeEventListener('visibilitychange', beat)
  }
}

/**
 * A value derived from the time, kept current. `derive` must give a primitive; `atServer` is what the prerendered page
 * shows, which has no time.
 */
export function useClock<T extends string | number | boolean | null>(derive: (now: number) => T, atServer: T): T {
  return useSyncExternalStore(
    subscribe,
    () => derive(tick || serverNow()),
    () => atServer,
  )
}
