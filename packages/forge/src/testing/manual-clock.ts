import type { Clock } from '../api/follow-run.ts'

export interface ManualClock extends Clock {
  /** How long each wait was meant to be, in milliseconds. */
  slept: number[]
  /** What happens while somebody waits; the number of the wait begins at 1. */
  whileAsleep: (wait: number) => void
}

/** A clock that moves only when somebody waits, and then at once. */
export function manualClock(start = new Date('2026-01-15T10:00:00Z')): ManualClock {
  let time = start.getTime()
  const clock: ManualClock = {
    slept: [],
    whileAsleep: () => {},
    now: () => time,
    async sleep(ms) {
      clock.slept.push(ms)
      clock.whileAsleep(clock.slept.length)
      time += ms
    },
  }
  return clock
}
