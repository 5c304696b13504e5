import { type ApplyState, readFourFacts } from '@rollcall/rollout'
import type { Component, Environment } from '@rollcall/store'
import { oldAfterSeconds } from '../reads/judged-fleet.ts'
import type { MatrixFacts } from './matrix.ts'
import type { AttemptedFact, ComponentCell, ObservedFact, PlannedFact, RecordedFact } from './views.ts'

type Apply = NonNullable<ReturnType<MatrixFacts['applies']['get']>>[number]

/** One component in one environment. `deploys`: the external deploys that bring it; none for a component of our own. */
export function cellOf(
  facts: MatrixFacts,
  component: Component,
  environment: Environment,
  deploys: readonly string[],
  now: Date,
): ComponentCell {
  const applies = facts.applies.get(`${environment.id} ${component.id}`) ?? []
  const slot = facts.slots.find((one) => one.environmentId === environment.id && deploys.includes(one.deployName))
  const recorded = deploys.length > 0 ? recordedIn(slot) : published(facts, component)
  const unsettled = applies.find(({ settled }) => !settled)
  const planned = unsettled ? plannedBy(unsettled) : stillToOpen(facts, slot)
  const started = applies
    .filter(({ startedAt }) => startedAt !== null)
    .toSorted((a, b) => Number(b.startedAt) - Number(a.startedAt))[0]
  const attempted = started ? attemptedBy(facts, started) : null
  const observed = observedIn(facts, component, environment, recorded?.sha ?? null, now)
  const unseen = (started ? facts.claims.get(started.id) : undefined)?.reduce((sum, one) => sum + one.unseen, 0) ?? 0
  const reading = readFourFacts({
    external: deploys.length > 0,
    recorded,
    planned: planned && { sha: planned.sha, started: planned.started, waitsFor: planned.text },
    attempted: attempted && {
      sha: attempted.sha,
      state: attempted.state,
      claimed: unseen > 0 && unseen + attempted.proven >= attempted.total,
    },
    observed: {
      tenants: observed.tenants,
      onRecorded: observed.onRecorded,
      seen: observed.builds.reduce((sum, { tenants }) => sum + tenants, 0),
      askable: observed.askable,
    },
  })
  return { environment: environment.slug, planned, recorded, attempted, observed, ...reading }
}

function recordedIn(slot: MatrixFacts['slots'][number] | undefined): RecordedFact | null {
  if (!slot) return null
  return {
    sha: slot.sha,
    version: slot.version,
    tag: null,
    at: slot.recordedAt.toISOString(),
    by: slot.recordedBy,
    deployName: slot.deployName,
    updateId: slot.updateId,
    buildId: null,
  }
}

function published({ builds }: MatrixFacts, { id }: Component): RecordedFact | null {
  const build = builds.get(id)
  if (!build) return null
  const none = { version: null, deployName: null, updateId: null }
  const { sha, tag, publishedAt, publishedBy } = build
  return { sha, tag, at: publishedAt.toISOString(), by: publishedBy, buildId: build.id, ...none }
}

function plannedBy(apply: Apply): PlannedFact {
  return {
    sha: apply.build.sha,
    applyId: apply.id,
    updateId: apply.update?.id ?? null,
    state: apply.state as ApplyState,
    started: apply.startedAt !== null,
    text: apply.headline,
  }
}

/** An update that is recorded, opted in, and has no apply yet. */
function stillToOpen({ updates }: MatrixFacts, slot: MatrixFacts['slots'][number] | undefined): PlannedFact | null {
  const update = slot && updates.get(slot.updateId)
  if (!update || update.deploys === 'record_only' || update.applyId !== null) return null
  const refusal = update.openRefusal as { message?: string; temporary?: boolean } | null
  // what needs a person is not on its way
  if (refusal && refusal.temporary !== true) return null
  const text = refusal?.message ?? 'Its deploy is about to be opened.'
  return { sha: update.sha, applyId: null, updateId: update.id, state: null, started: false, text }
}

function attemptedBy({ claims }: MatrixFacts, apply: Apply): AttemptedFact {
  return {
    sha: apply.build.sha,
    applyId: apply.id,
    updateId: apply.update?.id ?? null,
    state: apply.state as ApplyState,
    settled: apply.settled,
    headline: apply.headline,
    startedAt: (apply.startedAt ?? apply.openedAt).toISOString(),
    endedAt: apply.endedAt?.toISOString() ?? null,
    total: apply.total - apply.countSkipped,
    proven: apply.countOnNewBuild,
    claims: (claims.get(apply.id) ?? []).map(({ claim, operations }) => ({ claim, operations })),
  }
}

function observedIn(
  facts: MatrixFacts,
  component: Component,
  environment: Environment,
  recordedSha: string | null,
  now: Date,
): ObservedFact {
  const own = facts.fleets.find((one) => one.environmentId === environment.id && one.componentId === component.id)
  const fleet = own ?? facts.fleets.find(({ id }) => id === environment.id)
  const tenants = (fleet && facts.targets.get(fleet.id)) ?? 0
  const answers = (fleet && facts.answers.get(`${fleet.id} ${component.id}`)) ?? []
  const withSha = answers.flatMap(({ kind, sha, targets }) =>
    kind === 'sha' && sha ? [{ sha, tenants: targets }] : [],
  )
  const silent = answers.filter(({ kind, sha }) => kind !== 'sha' || !sha)
  const byKind = [...Map.groupBy(silent, ({ kind }) => kind)]
  const answered = answers.reduce((sum, { targets }) => sum + targets, 0)
  const asked = fleet ? askedOf(fleet, facts) === component.id : false
  const newest = answers.reduce<Date | null>((at, one) => (at && at > one.newestAt ? at : one.newestAt), null)
  // a roll call asks about one component; it confirms nothing about the others
  const swept = asked ? (fleet?.sweptAt ?? null) : null
  const asOf = swept && (newest === null || swept > newest) ? swept : newest
  return {
    tenants,
    onRecorded: withSha.find(({ sha }) => sha === recordedSha)?.tenants ?? 0,
    builds: withSha.slice(0, 5),
    silent: Object.fromEntries(
      byKind.map(([kind, rows]) => [kind, rows.reduce((sum, { targets }) => sum + targets, 0)]),
    ),
    neverSeen: Math.max(0, tenants - answered),
    // a roll call asks about one component of a fleet; of others only what a driver heard is known
    askable: fleet?.tenantUrlTemplate != null && (asked || answers.length > 0),
    asOf: asOf?.toISOString() ?? null,
    old: asOf !== null && now.getTime() - asOf.getTime() > oldAfterSeconds(environment) * 1000,
  }
}

/** The component that a roll call of this fleet asks about, from facts that are at hand. */
function askedOf(fleet: MatrixFacts['fleets'][number], { components, fleets }: MatrixFacts): string | undefined {
  if (fleet.componentId !== null) return fleet.componentId
  const apart = new Set(
    fleets.flatMap((one) => (one.environmentId === fleet.environmentId ? (one.componentId ?? []) : [])),
  )
  return components.find(({ id }) => !apart.has(id))?.id
}
