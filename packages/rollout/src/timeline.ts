import { type Expected, type Judgement, judgeReading, type Reading, type Verdict } from './freshness.ts'

export interface TimelineJudgement extends Judgement {
  /** what the last reading alone means */
  now: Verdict
  /** the last sha that was seen, even when later readings failed; null when none was */
  lastSha: string | null
  /** a reading matched and a later one did not: one match alone is no proof yet */
  flapped: boolean
}

/**
 * Judges the readings of one target since its redeploy, oldest first. A target that showed another build and then fell
 * silent is `stale`, and `now` says that it does not answer. No readings is `never_seen`.
 */
export function judgeReadings(expected: Expected, readings: readonly Reading[], now: Date): TimelineJudgement {
  const last = readings.at(-1) ?? null
  const judgement = judgeReading(expected, last, now)
  const lastSeen = readings.findLast((reading) => reading.kind === 'sha') ?? null
  const matches = readings.map(
    (reading) => judgeReading({ ...expected, maxAgeSeconds: null }, reading, now).verdict === 'fresh',
  )
  const summary = {
    now: judgement.verdict,
    lastSha: lastSeen?.kind === 'sha' ? lastSeen.sha : null,
    flapped: matches.includes(true) && matches.at(-1) === false,
  }
  if (judgement.verdict === 'unreachable' && lastSeen !== null) {
    const seen = judgeReading({ ...expected, maxAgeSeconds: null }, lastSeen, now)
    // A match before the silence proves nothing about now, so only a mismatch outweighs the silence.
    if (seen.verdict === 'stale')
      return { verdict: 'stale', reason: `${seen.reason.slice(0, -1)}; now it does not answer.`, ...summary }
  }
  return { ...judgement, ...summary }
}
