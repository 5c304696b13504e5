import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Guard } from './auth.ts'
import type { Timing } from './config.ts'
import { deployTenant, type Row } from './deploy.ts'
import type { Environment } from './environment.ts'
import type { FaultName } from './faults.ts'
import { HttpError, readJson, sendJson } from './http.ts'
import type { Images } from './images.ts'
import type { PerSlug } from './record.ts'
import { parseRedeployRequest, type RedeployRequest } from './redeploy-request.ts'
import { planTurns, runTurns, type Turn } from './rollout.ts'

export interface RedeployContext {
  guard: Guard
  images: Images
  timing: Timing
  /** Ends waits when the control plane goes down. */
  ending: AbortSignal
}

/** `POST /{env}/cp/admin/tenants/redeploy-fleet`: answered when the slowest target of the call has finished. */
export async function redeployRoute(
  env: Environment,
  context: RedeployContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const callId = randomUUID()
  let asked: RedeployRequest | null = null
  let sha: string | null = null
  let perSlug: PerSlug[] = []
  let status: number | null = null
  try {
    context.guard(request)
    asked = parseRedeployRequest(await readJson(request), (slug) => env.tenants.has(slug))
    sha = asked.dryRun ? context.images.resolve(asked.tag) : await context.images.find(asked.tag)
    const turns = planTurns(asked, env.inOrder(asked.onlySlugs))
    if (asked.dryRun) {
      status = 200
      sendJson(response, 200, { ok: true, results: turns.flatMap(dryRows) })
    } else {
      if (sha === null) throw new HttpError(400, `target_tag: this box knows no image "${asked.tag.slice(0, 128)}"`)
      const slugs = turns.flatMap((turn) => turn.slugs)
      env.record.add({ kind: 'received', callId, slugs, tag: asked.tag, sha })
      const outcome = await act(env, context, asked, sha, turns, response)
      perSlug = outcome.perSlug
      status = outcome.status
      outcome.answer()
    }
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    status = error.status
    sendJson(response, error.status, { ok: false, error: error.message })
  } finally {
    env.record.add({
      kind: 'redeploy',
      callId,
      slugs: asked?.onlySlugs ?? null,
      tag: asked?.tag ?? null,
      sha,
      dryRun: asked?.dryRun ?? false,
      perSlug,
      status,
    })
  }
}

function dryRows(turn: Turn): Row[] {
  return turn.slugs.map((slug) => ({
    slug,
    phase: turn.phase,
    ssm_status: 'DryRun',
    ssm_exit_code: null,
    healthz_ok: false,
  }))
}

/** Which faults one call met: taken once per target and call, before anything is done. */
async function act(
  env: Environment,
  context: RedeployContext,
  asked: RedeployRequest,
  sha: string,
  turns: readonly Turn[],
  response: ServerResponse,
): Promise<{ perSlug: PerSlug[]; status: number | null; answer: () => void }> {
  const met = new Map<string, FaultName | null>()
  for (const slug of turns.flatMap((turn) => turn.slugs)) met.set(slug, env.takeCallFault(slug, asked.tag))
  const meets = (fault: FaultName) => [...met.values()].includes(fault)

  if (meets('flaky')) throw new HttpError(503, 'the upstream is restarting')
  if (meets('stalls')) {
    const left = new AbortController()
    const onClose = () => left.abort()
    response.once('close', onClose)
    await wait(context.timing.stallSeconds * 1000, undefined, {
      signal: AbortSignal.any([left.signal, context.ending]),
    }).catch(() => {})
    response.off('close', onClose)
    if (left.signal.aborted) return { perSlug: [], status: null, answer: () => {} }
    throw new HttpError(504, 'the upstream did not answer in time')
  }

  const result = await runTurns(
    turns,
    asked,
    (slug, phase) => {
      const tenant = env.tenants.get(slug)
      if (tenant === undefined) throw new HttpError(400, `the tenant "${slug}" was removed meanwhile`)
      return deployTenant(env, tenant, { tag: asked.tag, sha, phase, fault: met.get(slug) ?? null }, context.timing)
    },
    (seconds) => wait(seconds * 1000, undefined, { signal: context.ending }),
  )
  const perSlug = [
    ...result.deployed.map((entry) => entry.perSlug),
    ...result.notReached.map((slug) => notReached(slug, env)),
  ]
  if (meets('drops')) return { perSlug, status: null, answer: () => response.destroy() }
  if (meets('garbles')) {
    return {
      perSlug,
      status: 200,
      answer: () => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>It works!</h1>'),
    }
  }
  const status = result.ok ? 200 : 500
  const body = {
    ok: result.ok,
    results: result.deployed.flatMap((entry) => entry.row ?? []),
    ...(result.stragglers.length > 0 && { stragglers: result.stragglers }),
    ...(!result.ok && { error: `halted: ${result.stragglers.length} of ${met.size} targets failed` }),
  }
  return { perSlug, status, answer: () => sendJson(response, status, body) }
}

function notReached(slug: string, env: Environment): PerSlug {
  const before = env.tenants.get(slug)?.running?.sha ?? null
  return { slug, action: 'none', before, after: before, outcome: 'not_reached', startedAt: null, endedAt: null }
}
