import { type BuildOrder, isFullSha, shaMatches } from './order.ts'
import { lasting, shortSha } from './words.ts'

export const verdicts = [
  'fresh',
  'stale',
  'ahead',
  'unreachable',
  'unhealthy',
  'wrong_service',
  'unstamped',
  'settling',
  'unknown',
  'never_seen',
] as const
export type Verdict = (typeof verdicts)[number]

export const unreachableReasons = {
  dns: 'its name could not be resolved',
  refused: 'the connection was refused',
  timeout_connect: 'no connection in time',
  timeout_read: 'no answer in time',
  reset: 'the connection was cut',
  tls: 'the secure connection failed',
  http_5xx: 'a server error came back',
  other: 'the request failed',
} as const
export type UnreachableReason = keyof typeof unreachableReasons

/** One answer of one target. Transport, status and content stay apart. `detail` is already redacted and cut. */
export type Reading = { at: Date; latencyMs: number | null; httpStatus: number | null; detail: string | null } & (
  | { kind: 'sha'; sha: string }
  | { kind: 'unstamped' }
  | { kind: 'wrong_service' }
  | { kind: 'unhealthy' }
  | { kind: 'unreachable'; reason: UnreachableReason }
)

export interface Expected {
  /** full sha of the build that should be there; null when nothing is expected */
  sha: string | null
  /** until then an answer other than the expected one only means that the swap is not over */
  settlingUntil: Date | null
  /** the age from which an answer says nothing about now; null for no limit */
  maxAgeSeconds: number | null
  /** what the observed build is, compared with the expected one */
  orderOf?: (observedSha: string) => BuildOrder
}

export interface Judgement {
  verdict: Verdict
  reason: string
}

// Clocks of two machines differ a little; an answer from further ahead than this is not believed.
const toleratedClockSkewMs = 60_000

interface VerdictRule {
  rule: string
  judge: (expected: Expected, reading: Reading, now: Date) => Judgement | null
}

/** What a reading means; the first row that has an answer decides. */
const verdictRules: readonly VerdictRule[] = [
  { rule: 'dated_in_the_future', judge: judgeDate },
  { rule: 'too_old', judge: judgeAge },
  { rule: 'as_expected', judge: judgeMatch },
  { rule: 'newer_than_expected', judge: judgeNewer },
  { rule: 'still_settling', judge: judgeSettling },
  { rule: 'no_usable_answer', judge: judgeFault },
  { rule: 'nothing_expected', judge: judgeExpectation },
  { rule: 'another_build', judge: judgeOther },
]
export const verdictPrecedence: readonly string[] = ['never_seen', ...verdictRules.map(({ rule }) => rule)]

/**
 * Judges one reading: only the full sha that is expected, seen recently enough, is `fresh`. No reading is `never_seen`;
 * an answer too old, from the future, or without anything to compare it with is `unknown`.
 */
export function judgeReading(expected: Expected, reading: Reading | null, now: Date): Judgement {
  if (reading === null) return { verdict: 'never_seen', reason: 'Never asked so far.' }
  for (const { judge } of verdictRules) {
    const judgement = judge(expected, reading, now)
    if (judgement !== null) return judgement
  }
  return { verdict: 'unknown', reason: 'The answer could not be judged.' }
}

function judgeDate(_: Expected, reading: Reading, now: Date): Judgement | null {
  const ahead = reading.at.getTime() - now.getTime()
  if (ahead <= toleratedClockSkewMs) return null
  return { verdict: 'unknown', reason: 'The answer is dated in the future.' }
}

function judgeAge({ maxAgeSeconds }: Expected, reading: Reading, now: Date): Judgement | null {
  if (maxAgeSeconds === null) return null
  const ageMs = now.getTime() - reading.at.getTime()
  if (ageMs <= maxAgeSeconds * 1000) return null
  const said = reading.kind === 'sha' ? `it ran ${shortSha(reading.sha)} then` : 'it gave no build then'
  return { verdict: 'unknown', reason: `The last answer is ${lasting(ageMs)} old; ${said}.` }
}

function judgeMatch(expected: Expected, reading: Reading): Judgement | null {
  if (reading.kind !== 'sha' || !isFullSha(expected.sha) || !shaMatches(reading.sha, expected.sha)) return null
  return { verdict: 'fresh', reason: `Runs ${shortSha(reading.sha)}, as expected.` }
}

function judgeNewer(expected: Expected, reading: Reading): Judgement | null {
  if (reading.kind !== 'sha' || expected.sha === null || expected.orderOf?.(reading.sha) !== 'newer') return null
  return {
    verdict: 'ahead',
    reason: `Runs ${shortSha(reading.sha)}, which is newer than ${shortSha(expected.sha)}.`,
  }
}

function judgeSettling({ settlingUntil, sha }: Expected, reading: Reading, now: Date): Judgement | null {
  if (settlingUntil === null || sha === null || now.getTime() >= settlingUntil.getTime()) return null
  const so = reading.kind === 'sha' ? `still answers ${shortSha(reading.sha)}` : lowerFault(reading)
  return { verdict: 'settling', reason: `Waiting for ${shortSha(sha)}: ${so}.` }
}

const faultVerdicts = {
  unstamped: 'unstamped',
  wrong_service: 'wrong_service',
  unhealthy: 'unhealthy',
  unreachable: 'unreachable',
} as const satisfies Record<Exclude<Reading['kind'], 'sha'>, Verdict>

function judgeFault(_: Expected, reading: Reading): Judgement | null {
  if (reading.kind === 'sha' || !Object.hasOwn(faultVerdicts, reading.kind)) return null
  const fault = lowerFault(reading)
  return { verdict: faultVerdicts[reading.kind], reason: `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.` }
}

function judgeExpectation({ sha }: Expected): Judgement | null {
  if (sha === null || sha === '') return { verdict: 'unknown', reason: 'No build is expected here, so none can match.' }
  // A short sha would match many commits; it is no expectation at all.
  if (!isFullSha(sha)) return { verdict: 'unknown', reason: 'The expected build is not named by its full commit.' }
  return null
}

function judgeOther(expected: Expected, reading: Reading): Judgement | null {
  if (reading.kind !== 'sha' || expected.sha === null) return null
  const order = expected.orderOf?.(reading.sha)
  const runs = `Runs ${shortSha(reading.sha)} instead of ${shortSha(expected.sha)}`
  if (order === 'older') return { verdict: 'stale', reason: `${runs}, an older build.` }
  return {
    verdict: 'stale',
    reason: order === undefined ? `${runs}.` : `${runs}; which of them is newer is not known.`,
  }
}

function lowerFault(reading: Exclude<Reading, { kind: 'sha' }>): string {
  switch (reading.kind) {
    case 'unstamped':
      return 'it runs a build that does not say which commit it is'
    case 'wrong_service':
      return 'something other than the tenant answered'
    case 'unhealthy':
      return 'it answers that it is not healthy'
    case 'unreachable':
      return `it did not answer: ${unreachableReasons[reading.reason] ?? unreachableReasons.other}`
  }
}
