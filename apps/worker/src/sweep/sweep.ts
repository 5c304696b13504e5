import type { Enumeration } from '@rollcall/redeploy-client'
import type { Reading } from '@rollcall/rollout'
import { beginSweep, endSweep, recordEnumeration, recordReadings, type SweepPlan } from '@rollcall/services'
import { askTenant } from '../ask-tenant.ts'
import type { Deps } from '../deps.ts'

const enumerationTimeoutMs = 120_000
/** readings stored at once: what is known of many is seen while the others are still asked */
const chunk = 250

/**
 * Calls the roll of one fleet: asks its control plane who there is, then every tenant what it runs. A control
 * plane that does not answer does not keep the tenants from being asked.
 */
export async function sweepFleet(deps: Deps, fleetId: string, signal: AbortSignal): Promise<void> {
  const startedAt = deps.ctx.now()
  const plan = await beginSweep(deps.ctx, fleetId)
  if (!plan) return
  const { outcome, detail, targets } = await enumerate(deps, plan, signal)
  let answered = 0
  let changed = 0
  const { component, tenantUrlTemplate } = plan
  if (component && tenantUrlTemplate) {
    const heard = await askAll(deps, tenantUrlTemplate, targets, signal, async (readings) => {
      changed += await recordReadings(deps.ctx, component.id, readings)
    })
    answered = heard.answered
  }
  await endSweep(deps.ctx, fleetId, { outcome, detail, found: targets.length, answered, startedAt, changed })
}

async function enumerate(deps: Deps, plan: SweepPlan, signal: AbortSignal) {
  const failed = (outcome: string, detail: string) => ({ outcome, detail, targets: plan.targets })
  const { controlPlane } = plan
  if (controlPlane === null) return failed('not_asked', 'No control plane lists the targets of this fleet.')
  if (plan.tag === null)
    return failed('not_asked', 'No build is published yet, and the control plane is never asked without a tag.')
  const token = await deps.secretFor(controlPlane.tokenEnv, controlPlane.url)
  if ('refusal' in token) return failed('refused', token.refusal)
  let answer: Enumeration
  try {
    answer = await deps.client.enumerate(
      { url: controlPlane.url, token: token.value },
      { tag: plan.tag, timeoutMs: enumerationTimeoutMs, signal },
    )
  } catch (error) {
    // an address that can be none: the tenants are asked all the same
    if (error instanceof TypeError) return failed('refused', `${error.message}.`)
    throw error
  }
  if (answer.outcome !== 'enumerated') return failed(answer.outcome, answer.message)
  const slugs = answer.targets.map(({ slug }) => slug)
  const targets = await recordEnumeration(deps.ctx, plan.fleetId, slugs)
  const ignored = answer.ignoredRows > 0 ? `${answer.ignoredRows} rows without a usable name were left out.` : null
  return { outcome: 'enumerated', detail: ignored, targets }
}

interface Heard {
  targetId: string
  reading: Reading
}

/**
 * Asks all of them, a limited number at once: too many at once, and the probe itself makes timeouts up. `store` gets the
 * answers in chunks as they come.
 */
async function askAll(
  deps: Deps,
  tenantUrlTemplate: string,
  targets: readonly { id: string; slug: string }[],
  signal: AbortSignal,
  store: (heard: Heard[]) => Promise<void>,
): Promise<{ answered: number }> {
  let answered = 0
  let waiting: Heard[] = []
  const line = targets.values()
  const ask = async () => {
    for (const { id, slug } of line) {
      const reading = await askTenant(deps, tenantUrlTemplate, slug, signal)
      if (reading.kind !== 'unreachable') answered += 1
      waiting.push({ targetId: id, reading })
      if (waiting.length < chunk) continue
      const full = waiting
      waiting = []
      await store(full)
    }
  }
  await Promise.all(Array.from({ length: Math.min(deps.probes, targets.length) }, ask))
  await store(waiting)
  return { answered }
}
