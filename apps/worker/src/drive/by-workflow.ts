import type { ForgeAccess, RunEnd } from '@rollcall/forge'
import type { FailureReason } from '@rollcall/rollout'
import { type Attempt, type RunOrder, recordClaim, recordRun, runClaims, runOrder } from '@rollcall/services'
import type { DriveDeps } from '../deps.ts'
import type { Reaction } from './claim.ts'
import { type Heard, patience, Replaced, takeLeave, type Way } from './way.ts'

/** The workflow's `run-name` holds this input, so that a run names the order it came from. */
const correlationInput = 'rollcall'
const longestAskMs = 30_000
/** A run is listed seconds after the order was taken. */
const longestSearchMs = 60_000

interface RunReaction extends Reaction {
  claim: string
}

/** What a run's end claims, and what is done about it. Not having seen the end says nothing about the run. */
const reactions = {
  succeeded: { claim: runClaims.succeeded, look: 'prove', reason: null, by: 'The run' },
  failed: { claim: runClaims.failed, look: 'once', reason: 'run_failed' },
  cancelled: { claim: runClaims.cancelled, look: 'once', reason: 'run_failed' },
  skipped: { claim: runClaims.skipped, look: 'once', reason: 'run_failed' },
  unknown: { claim: runClaims.unknown, look: 'prove', reason: 'run_unknown', unheard: true },
} as const satisfies Record<RunEnd['outcome'], RunReaction>

/** A run of a forge brings it: ordered once, found again by its title, followed to its end. Its success is a claim. */
export const byWorkflow: Way = {
  async ask(deps, attempt, signal) {
    const door = await openDoor(deps, attempt)
    if ('refusal' in door) return failed('run_refused', door.refusal)
    const { order } = door
    if (order.ownRun !== null) return joined(deps, attempt, door, signal, order.ownRun)
    const earlier = order.earlier && (await orWhy(earlierRun(deps, door, order.earlier, signal)))
    if (typeof earlier === 'string') return failed('run_unknown', earlier)
    if (earlier !== null && 'outcome' in earlier) return earlier
    if (earlier !== null && earlier.runId !== null) return joined(deps, attempt, door, signal, earlier.runId)
    return ensured(deps, attempt, door, signal, null)
  },

  async hear(deps, attempt, signal) {
    const known = Object.values(reactions).find(({ claim }) => claim === attempt.claim)
    if (attempt.claimedAt && attempt.settleUntil && known)
      return proof(attempt, known, attempt.settleUntil, attempt.claimDetail ?? '')
    const door = await openDoor(deps, attempt)
    // it may have been ordered by then: that nobody can look now says nothing about the run
    if ('refusal' in door) return claimed(deps, attempt, reactions.unknown, door.refusal)
    const runId = attempt.runId ?? door.order.ownRun
    if (runId !== null) return follow(deps, attempt, door, signal, runId)
    return ensured(deps, attempt, door, signal, attempt.askedAt)
  },
}

type Over = Extract<Heard, { outcome: unknown }>

interface Door {
  order: RunOrder
  access: ForgeAccess
  /** Looks up the token for the next request now, so that nothing is waited for between a leave and its order. */
  ready: () => Promise<void>
}

/** How the forge is spoken to about an attempt, or the sentence why it may not be. */
async function openDoor(deps: DriveDeps, attempt: Attempt): Promise<Door | { refusal: string }> {
  const order = await runOrder(deps.ctx, attempt)
  if ('refusal' in order) return order
  const { tokenEnv, kind, url } = order.forge
  const known = await deps.secretFor(tokenEnv, url)
  if ('refusal' in known) return known
  // a run is followed for minutes: each request asks anew whether the token may still be sent
  const lookUp = async () => {
    const sendable = await deps.secretFor(tokenEnv, url)
    return 'refusal' in sendable ? sendable : sendable.value
  }
  let next: Awaited<ReturnType<typeof lookUp>> | null = null
  const token = async () => {
    const sendable = next ?? (await lookUp())
    next = null
    return sendable
  }
  const ready = async () => {
    next = await lookUp()
  }
  return { order, access: { kind, url, token }, ready }
}

/**
 * Has the order given once and its run found. `orderedAt`: when it was given before, as far as anybody knows; from then
 * on it is only looked for.
 */
async function ensured(
  deps: DriveDeps,
  attempt: Attempt,
  door: Door,
  signal: AbortSignal,
  orderedAt: Date | null,
): Promise<Heard> {
  const { repo, workflow, ref, inputs } = door.order
  const patienceMs = attempt.redeployTimeoutSeconds * 1000
  let ordered = orderedAt !== null
  try {
    const run = await deps.forge.ensureRun(
      door.access,
      {
        repo,
        workflow,
        ref,
        inputs,
        correlation: { input: correlationInput, value: attempt.attemptId },
        orderedAt,
        withinMs: Math.min(longestSearchMs, patienceMs),
        everyMs: attempt.pollSeconds * 1000,
        timeoutMs: Math.min(longestAskMs, patienceMs),
        // an order that is on its way may have been taken, so only the search is given up
        ...(ordered ? { signal } : {}),
      },
      async () => {
        await door.ready()
        await takeLeave(deps, attempt)
        ordered = true
      },
    )
    if (run.outcome === 'found') return follow(deps, attempt, door, signal, String(run.runId), run.run?.url ?? null)
    signal.throwIfAborted()
    if (run.outcome === 'refused' || run.outcome === 'not_sent')
      return failed(run.outcome === 'refused' ? 'run_refused' : 'forge_unreachable', run.failure.message)
    const said = run.outcome === 'ambiguous' ? 'More than one run names this order.' : run.message
    if (!ordered) return failed('forge_unreachable', said)
    return claimed(deps, attempt, { ...reactions.unknown, look: 'once' }, said)
  } catch (error) {
    // the question cannot be asked: a name that is no workflow, a forge without an address
    if (!(error instanceof TypeError)) throw error
    return orderedAt === null
      ? failed('run_refused', error.message)
      : claimed(deps, attempt, { ...reactions.unknown, look: 'once' }, error.message)
  }
}

/**
 * Follows a run that was ordered elsewhere. Which one is written down before the leave: whoever takes over after it must
 * not look for a run of this attempt's own, of which there is none.
 */
async function joined(
  deps: DriveDeps,
  attempt: Attempt,
  door: Door,
  signal: AbortSignal,
  runId: string,
): Promise<Heard> {
  if (!(await recordRun(deps.ctx, attempt, { id: runId, url: null }))) throw new Replaced()
  await takeLeave(deps, attempt)
  return follow(deps, attempt, door, signal, runId)
}

/** Follows a run to its end and stores what that claims. */
async function follow(
  deps: DriveDeps,
  attempt: Attempt,
  { access, order }: Door,
  signal: AbortSignal,
  runId: string,
  url: string | null = null,
): Promise<Heard> {
  if (!(await recordRun(deps.ctx, attempt, { id: runId, url }))) throw new Replaced()
  const id = Number(runId)
  if (!Number.isSafeInteger(id) || id < 1)
    return claimed(deps, attempt, { ...reactions.unknown, look: 'once' }, `${runId} is not the number of a run.`)
  const since = attempt.askedAt ?? deps.ctx.now()
  const until = since.getTime() + attempt.redeployTimeoutSeconds * 1000
  const end = await orWhy(
    deps.forge.followRun(access, {
      repo: order.repo,
      runId: id,
      everyMs: attempt.pollSeconds * 1000,
      withinMs: Math.max(attempt.pollSeconds * 1000, until - deps.ctx.now().getTime()),
      timeoutMs: longestAskMs,
      signal,
    }),
  )
  if (typeof end === 'string') return claimed(deps, attempt, { ...reactions.unknown, look: 'once' }, end)
  signal.throwIfAborted()
  const seen = end.run?.url ?? null
  if (seen !== null && seen !== url) await recordRun(deps.ctx, attempt, { id: runId, url: seen })
  const said = end.outcome === 'unknown' ? end.message : `Run ${runId} of ${order.repo} ${words[end.outcome]}.`
  return claimed(deps, attempt, reactions[end.outcome], said)
}

const words = {
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'was cancelled',
  skipped: 'was skipped, so it deployed nothing',
} as const satisfies Record<Exclude<RunEnd['outcome'], 'unknown'>, string>

async function claimed(deps: DriveDeps, attempt: Attempt, reaction: RunReaction, said: string): Promise<Heard> {
  const settleUntil = patience(deps, attempt, { ...reaction, unheard: undefined }, null)
  const mine = await recordClaim(deps.ctx, attempt, {
    claim: reaction.claim,
    detail: said,
    httpStatus: null,
    transport: null,
    settleUntil,
    phase: reaction.reason === null ? 'settling' : 'verifying',
  })
  if (!mine) throw new Replaced()
  return proof(attempt, reaction, settleUntil, said)
}

/** Where nothing can be asked what runs, a run that succeeded is a claim and stays one: it is never called completed. */
function proof(attempt: Attempt, reaction: Reaction, settleUntil: Date, said: string): Heard {
  if (reaction.reason === null && attempt.tenantUrlTemplate === null) return failed('not_observable', said)
  // no look will prove it, so none is waited for
  const { look, ...rest } = reaction
  return {
    proof: { reaction: { ...rest, look: attempt.tenantUrlTemplate === null ? 'once' : look }, settleUntil, said },
  }
}

/**
 * The run that an earlier attempt ordered and nobody saw end. One that still goes on, or has succeeded, is this attempt's
 * too; one that ended otherwise is over. While it cannot be read, nothing new is ordered.
 */
async function earlierRun(
  deps: DriveDeps,
  { access, order }: Door,
  { correlation, orderedAt, runId }: NonNullable<RunOrder['earlier']>,
  signal: AbortSignal,
): Promise<{ runId: string | null } | Over> {
  const { repo, workflow } = order
  if (runId === null) {
    const found = await deps.forge.findRun(access, { repo, workflow, correlation, createdAfter: orderedAt, signal })
    if (found.outcome === 'none') return { runId: null }
    if (found.outcome === 'ambiguous') return failed('run_unknown', 'More than one run names the earlier order.')
    if (found.outcome === 'unknown') return failed('run_unknown', found.message)
    return { runId: isOver(found.run.progress) ? null : String(found.run.id) }
  }
  const read = await deps.forge.readRun(access, { repo, runId: Number(runId), signal })
  if (!read.ok) return failed('run_unknown', read.message)
  return { runId: isOver(read.value.progress) ? null : runId }
}

/** An answer, or why the question cannot be asked at all: whoever waits for one must come to an end. */
async function orWhy<T>(answer: Promise<T>): Promise<T | string> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof TypeError) return error.message
    throw error
  }
}

function isOver(progress: { state: string; conclusion?: string }): boolean {
  return progress.state === 'ended' && progress.conclusion !== 'succeeded'
}

function failed(reason: FailureReason, detail: string) {
  return { outcome: { state: 'failed', reason, detail } } as const
}
