import { createHash } from 'node:crypto'
import { compareBuilds, type Plan, planApply } from '@rollcall/rollout'
import type { Build, Component, Environment } from '@rollcall/store'
import { findComponent } from '../components/find.ts'
import { noPolicy, type PolicyConfig } from '../configuration/configuration.ts'
import { currentConfiguration } from '../configuration/current.ts'
import { policyFor } from '../configuration/policy.ts'
import type { Reader } from '../context.ts'
import { findEnvironment } from '../environments/find.ts'
import { notFound } from '../errors.ts'
import { findFleet } from '../fleet/find.ts'
import { fleetOrder } from '../fleet/order.ts'
import type { ApplyTerms, RefusalView } from '../views.ts'
import type { OpenApplyInput } from './open-input.ts'
import { approvalKept, termsOf } from './terms.ts'

/** What is moved, and where to. */
export interface Place {
  environment: Environment
  component: Component
  build: Build
}

export interface Planned {
  terms: ApplyTerms
  /** why an approval is needed, whatever is asked; null: it is as was asked */
  approvalKept: RefusalView | null
  plan: Plan | null
  planHash: string | null
  refusals: RefusalView[]
  /** what the plan does that has to be allowed for it: it goes back, or nobody knows whether it does */
  needs: { downgrade: boolean; unknownOrder: boolean }
  /** applies of this lane that wait and would be superseded */
  waiting: InLane[]
  /** the unsettled apply that holds the lane */
  holding: InLane | null
}

export interface InLane {
  id: string
  sha: string
  state: string
}

/** Throws `not_found` when environment, component or build is unknown. */
export async function findPlace(
  db: Reader,
  named: { environment: string; component: string; sha: string },
): Promise<Place> {
  const environment = await findEnvironment(db, named.environment)
  const component = await findComponent(db, named.component)
  const build = await db.build.findUnique({ where: { componentId_sha: { componentId: component.id, sha: named.sha } } })
  if (!build)
    throw notFound('build', named.sha, 'sha', `Publish it first: POST /api/v1/builds with component ${component.slug}.`)
  return { environment, component, build }
}

/**
 * Plans an apply on what is stored now; writes nothing. `follows`: it is opened by the configuration itself, with what
 * that says of it; else somebody opens it, and cannot do without the approval that a policy needs.
 */
export async function planFor(
  db: Reader,
  { environment, component, build }: Place,
  input: OpenApplyInput,
  follows: PolicyConfig | null = null,
): Promise<Planned> {
  const fleet = await findFleet(db, environment.id, component.id)
  const at = { environment: environment.slug, component: component.slug, ownFleet: fleet.componentId !== null }
  const policy = policyFor(await currentConfiguration(db), at, follows ?? noPolicy)
  const terms = termsOf(input, policy)
  const kept = follows === null ? approvalKept(policy, environment.slug, component.slug) : null
  const targets = await db.target.findMany({
    where: { fleetId: fleet.id },
    orderBy: fleetOrder,
    include: { readings: { where: { componentId: component.id } } },
  })
  const running = [...new Set(targets.flatMap(({ readings }) => readings[0]?.lastSha ?? []))]
  const builds = await db.build.findMany({ where: { componentId: component.id, sha: { in: running } } })
  const bySha = new Map(builds.map((known) => [known.sha, known]))
  const result = planApply({
    sha: build.sha,
    fleet: targets.map(({ id, slug, enumerated, readings }) => ({
      id,
      slug,
      enumerated,
      observedSha: readings[0]?.lastSha ?? null,
    })),
    selection: input.targets ?? null,
    ...terms,
    allowDowngrade: input.allowDowngrade,
    allowUnknownOrder: input.allowUnknownOrder,
    orderOf: (from) => compareBuilds(build, bySha.get(from) ?? null),
  })

  const unsettled = await db.apply.findMany({
    where: { environmentId: environment.id, componentId: component.id, settled: false },
    include: { build: true },
    orderBy: { id: 'asc' },
  })
  const newer = unsettled.filter((apply) => compareBuilds(build, apply.build) === 'older')
  const refusals = [
    ...(kept && !terms.requiresApproval ? [kept] : []),
    ...(result.ok ? [] : result.refusals.map(asAsked)),
    ...(input.allowDowngrade ? [] : newer.map((apply) => newerInLane(apply, build))),
  ]
  const plan = result.ok ? result.plan : null
  const inLane = (apply: (typeof unsettled)[number]): InLane => ({
    id: apply.id,
    sha: apply.build.sha,
    state: apply.state,
  })
  return {
    terms,
    approvalKept: kept,
    plan,
    planHash: plan ? `sha256:${createHash('sha256').update(plan.canonical).digest('hex')}` : null,
    refusals,
    needs: {
      downgrade: newer.length > 0 || (plan?.summary.back ?? 0) > 0,
      unknownOrder: (plan?.summary.unknown ?? 0) > 0,
    },
    waiting: unsettled.filter((apply) => apply.startedAt === null).map(inLane),
    holding: unsettled.filter((apply) => apply.startedAt !== null).map(inLane)[0] ?? null,
  }
}

/** The core speaks of a fleet and a selection; whoever asked wrote `environment` and `targets`. */
function asAsked(refusal: RefusalView): RefusalView {
  const names: Record<string, string> = { selection: 'targets', fleet: 'environment' }
  return { ...refusal, field: names[refusal.field] ?? refusal.field }
}

/** An older job that comes late must not put itself in the place of a newer one. */
function newerInLane(apply: { id: string; state: string; build: Build }, build: Build): RefusalView {
  return {
    code: 'newer_in_lane',
    field: 'sha',
    message: `A newer build, ${apply.build.sha.slice(0, 7)}, is ${apply.state.replaceAll('_', ' ')} in this lane; ${build.sha.slice(0, 7)} is older.`,
    remedy: `Leave it to apply ${apply.id}, or ask with allowDowngrade if going back is what you want.`,
  }
}
