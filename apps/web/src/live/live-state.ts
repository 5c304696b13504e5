import { formatAge } from '../format/time.ts'
import type { Tone } from '../ui/tone.ts'

/** What the page knows about how true it is. Times in milliseconds of the server's clock. */
export interface LiveFacts {
  now: number
  /** the event stream: open, being opened again, or closed on purpose because nobody looks */
  stream: 'open' | 'connecting' | 'closed'
  /** when the last answer about liveness arrived; null before the first */
  answeredAt: number | null
  /** it was asked and did not answer */
  failing: boolean
  workerSeenAt: number | null
  workerSilent: boolean
  sweptAt: number | null
}

export interface LiveState {
  kind: 'asking' | 'live' | 'reconnecting' | 'worker_silent' | 'stale_data'
  tone: Tone
  text: string
  sentence: string
}

/** A poll runs every 15 s whatever the stream does: data older than two of them and a bit is called old. */
export const oldDataMs = 35_000

/** How live the screen is; the most serious doubt wins, because each row makes those below it worthless. */
export function liveState(facts: LiveFacts): LiveState {
  const { now, answeredAt, sweptAt, workerSeenAt } = facts
  if (answeredAt === null && facts.failing) {
    return {
      kind: 'stale_data',
      tone: 'bad',
      text: 'no answer yet',
      sentence: 'Rollcall has not answered since this page was opened; it is asked again all the time.',
    }
  }
  if (answeredAt === null) {
    return { kind: 'asking', tone: 'none', text: 'asking…', sentence: 'The first answer is on its way.' }
  }
  const age = now - answeredAt
  if (age > oldDataMs) {
    return {
      kind: 'stale_data',
      tone: 'bad',
      text: `data is ${formatAge(age)} old`,
      sentence: 'Rollcall does not answer. What you see was true then; it is asked again all the time.',
    }
  }
  if (facts.workerSilent) {
    return {
      kind: 'worker_silent',
      tone: 'bad',
      text: workerSeenAt === null ? 'no worker yet' : `worker silent since ${formatAge(now - workerSeenAt)}`,
      sentence: 'No worker gives a sign of life, so nothing is driven and no tenant is asked. Start a worker.',
    }
  }
  if (facts.stream === 'connecting') {
    return {
      kind: 'reconnecting',
      tone: 'person',
      text: `reconnecting · data ${formatAge(age)} old`,
      sentence: 'The stream of news broke and is being opened again; until then the page asks every 15 s.',
    }
  }
  return {
    kind: 'live',
    tone: 'good',
    text: sweptAt === null ? 'live · never swept' : `live · swept ${formatAge(now - sweptAt)} ago`,
    sentence: 'Changes arrive as they happen. Swept: when the whole fleet was last asked what it runs.',
  }
}
