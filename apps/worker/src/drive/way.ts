import { type Attempt, askLeave, heartbeatOperation, type Outcome } from '@rollcall/services'
import type { DriveDeps } from '../deps.ts'
import type { Reaction } from './claim.ts'

/** This driver was told to make room, or lost its attempt: somebody else goes on from the facts. */
export class Replaced extends Error {}

/** A person ended the apply before anything was asked. */
export class Ended extends Error {
  readonly state: 'stopped' | 'cancelled'
  constructor(state: 'stopped' | 'cancelled') {
    super(state)
    this.state = state
  }
}

/** It was asked in an earlier life, so it is looked at instead. */
export class AskedBefore extends Error {}

/** What was heard, and until when the target may take to prove it. */
export interface Proof {
  reaction: Reaction
  settleUntil: Date
  said: string
}

/** What came of asking: an end, or something that the target has to prove. */
export type Heard = { outcome: Outcome } | { proof: Proof }

/**
 * One way of having a build brought to a target. Each asks at most once per attempt: the intent is committed before, and
 * whoever takes over hears what became of it.
 */
export interface Way {
  /** Asks. Throws Replaced, Ended or AskedBefore where it may not. */
  ask(deps: DriveDeps, attempt: Attempt, signal: AbortSignal): Promise<Heard>
  /** An earlier driver asked: what it heard, or what can be found out without asking again. */
  hear(deps: DriveDeps, attempt: Attempt, signal: AbortSignal): Promise<Heard>
}

/** A leave to ask is good for this long: whoever takes over looks for longer than that before it asks again. */
const leaveMilliseconds = 3_000

/** Commits the intent to ask; answers when that was. Right afterwards the asking may begin. */
export async function takeLeave(deps: DriveDeps, attempt: Attempt): Promise<Date> {
  const asked = performance.now()
  const leave = await askLeave(deps.ctx, attempt)
  if (leave === 'replaced') throw new Replaced()
  if (leave === 'stopped' || leave === 'cancelled') throw new Ended(leave)
  if (leave === 'asked') throw new AskedBefore()
  const askedAt = deps.ctx.now()
  await stillMine(deps, attempt, asked)
  return askedAt
}

/**
 * A process that stood still between the leave and the call may have been replaced meanwhile, and its late call would
 * be a second one. `since` is when the leave was asked for, by a clock that does not stop with us.
 */
async function stillMine(deps: DriveDeps, attempt: Attempt, since: number): Promise<void> {
  for (let asked = since; performance.now() - asked > leaveMilliseconds; ) {
    asked = performance.now()
    if (!(await heartbeatOperation(deps.ctx, attempt))) throw new Replaced()
  }
}

/**
 * Until when the target may take to answer with the build. Nobody knows whether a call without an answer still goes on,
 * so it is given at least the time that its answer would have been given: a second call must not meet the first one.
 */
export function patience(deps: DriveDeps, attempt: Attempt, reaction: Reaction, askedAt: Date | null): Date {
  const settledBy = deps.ctx.now().getTime() + attempt.settleBudgetSeconds * 1000
  const answeredBy = reaction.unheard && askedAt ? askedAt.getTime() + attempt.redeployTimeoutSeconds * 1000 : 0
  return new Date(Math.max(settledBy, answeredBy))
}
