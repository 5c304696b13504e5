import { externalDeploysOf } from '@rollcall/forge'
import { countAnswers, countClaims, countTargets, currentApplies, newestBuilds } from '@rollcall/store'
import { currentConfiguration } from '../configuration/current.ts'
import type { Context } from '../context.ts'
import { seen, seenEnvironments } from '../sees.ts'
import { cellOf } from './cell.ts'
import { componentOrder } from './find.ts'
import type { ComponentsView } from './views.ts'

/**
 * Every component in every environment: what is planned, recorded, attempted and observed, each by itself. Components
 * oldest first, environments in their order. What it costs does not grow with the number of tenants but for one count.
 */
export async function getComponents(ctx: Context): Promise<ComponentsView> {
  const now = ctx.now()
  const facts = await loadFacts(ctx)
  const owned = externalDeploysOf(facts.configuration)
  const components = facts.components.map((component) => {
    const own = owned.filter(({ name }) => facts.configuration.deploys[name]?.component === component.slug)
    const names = own.map(({ name }) => name)
    return {
      slug: component.slug,
      name: component.name,
      external:
        own.length === 0
          ? null
          : own.map(({ name, sourceRepo, onUpdate }) => ({ deployName: name, sourceRepo, deploys: onUpdate !== null })),
      cells: facts.environments.map((environment) => cellOf(facts, component, environment, names, now)),
    }
  })
  const backlog = components.flatMap(({ slug, cells }) =>
    cells.flatMap(({ backlog, environment, sentence, recorded }) =>
      backlog && recorded ? [{ component: slug, environment, sentence, since: recorded.at }] : [],
    ),
  )
  return {
    environments: facts.environments.map(({ slug, name }) => ({ slug, name })),
    components,
    backlog,
    asOf: now.toISOString(),
  }
}

export type MatrixFacts = Awaited<ReturnType<typeof loadFacts>>

async function loadFacts(ctx: Context) {
  const { db } = ctx.store
  const [configuration, environments, components, fleets, answers, targets, builds, slots, applyIds] =
    await Promise.all([
      currentConfiguration(db),
      db.environment.findMany({ where: seenEnvironments(ctx), orderBy: { position: 'asc' } }),
      db.component.findMany({ orderBy: componentOrder }),
      db.fleet.findMany(),
      countAnswers(db),
      countTargets(db),
      newestBuilds(db),
      db.externalSlot.findMany({ where: seen(ctx), orderBy: [{ recordedAt: 'desc' }, { deployName: 'asc' }] }),
      currentApplies(db),
    ])
  const [applies, claims, updates] = await Promise.all([
    db.apply.findMany({
      where: { id: { in: applyIds } },
      orderBy: { id: 'desc' },
      include: { build: { select: { sha: true } }, update: { select: { id: true } } },
    }),
    countClaims(db, applyIds),
    db.externalUpdate.findMany({ where: { id: { in: slots.map(({ updateId }) => updateId) } } }),
  ])
  return {
    configuration,
    environments,
    components,
    fleets,
    answers: Map.groupBy(answers, ({ fleetId, componentId }) => `${fleetId} ${componentId}`),
    targets: new Map(targets.map(({ fleetId, targets }) => [fleetId, targets])),
    builds: new Map(builds.map((build) => [build.componentId, build])),
    slots,
    updates: new Map(updates.map((update) => [update.id, update])),
    applies: Map.groupBy(applies, ({ environmentId, componentId }) => `${environmentId} ${componentId}`),
    claims: Map.groupBy(claims, ({ applyId }) => applyId),
  }
}
