export interface Times {
  startedAt: string | null
  claimedAt: string | null
  endedAt: string | null
}

/** What the walks of an apply are drawn on: from its start to its end; no end means to now. */
export interface Axis {
  from: string | null
  to: string | null
}

/**
 * The axis ends with the last thing that happened, or at now while something moves. A pause of hours does not press
 * what happened before it into one pixel.
 */
export function axisOf(apply: { startedAt: string | null; counts: { running: number } }, rows: readonly Times[]): Axis {
  const ends = rows.flatMap(({ endedAt, claimedAt, startedAt }) =>
    [endedAt, claimedAt, startedAt].filter((at) => at !== null),
  )
  const to = apply.counts.running > 0 ? null : (ends.sort().at(-1) ?? null)
  return { from: apply.startedAt, to }
}

/** Shares of the axis: where a part begins and how long it is, both from 0 to 1. */
type Part = readonly [start: number, length: number]

export interface WalkParts {
  deploy: Part | null
  verify: Part
  deployMs: number | null
  verifyMs: number
}

/**
 * Lays the times of one operation on the axis of its apply, from its start to its end or to now. Null while it has not
 * begun. A claim from before the last start belongs to an earlier attempt and is not drawn.
 */
export function walkOf(operation: Times, from: string | null, to: string | null, now: number): WalkParts | null {
  if (operation.startedAt === null || from === null) return null
  const begin = Date.parse(from)
  const start = Date.parse(operation.startedAt)
  const known = [to, operation.endedAt, operation.claimedAt, operation.startedAt].flatMap((at) =>
    at ? Date.parse(at) : [],
  )
  // The axis never ends before something that is on it, whatever the clocks say.
  const end = Math.max(to === null ? now : Date.parse(to), ...known)
  const whole = Math.max(1, end - begin)
  const stop = operation.endedAt === null ? end : Date.parse(operation.endedAt)
  const claimed = operation.claimedAt === null ? null : Date.parse(operation.claimedAt)
  const turn = claimed !== null && claimed >= start && claimed <= stop ? claimed : null
  const part = (a: number, b: number): Part => [clamp((a - begin) / whole), clamp((b - a) / whole)]
  return {
    deploy: turn === null ? null : part(start, turn),
    verify: part(turn ?? start, stop),
    deployMs: turn === null ? null : turn - start,
    verifyMs: Math.max(0, stop - (turn ?? start)),
  }
}

const clamp = (share: number) => Math.min(1, Math.max(0, share))
