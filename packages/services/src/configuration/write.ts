import { externalDeploysOf, resolveWorkflowPath } from '@rollcall/forge'
import { newId, Prisma, type Tx, writeEnumeration } from '@rollcall/store'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { environmentSettings } from '../environments/settings.ts'
import { configurationAfter } from './after.ts'
import {
  type ComponentConfig,
  type Configuration,
  type DoorConfig,
  type EnvironmentConfig,
  emptyConfiguration,
} from './configuration.ts'
import { runningConfiguration } from './running.ts'
import { toWire } from './to-wire.ts'

/** Puts what has tables of its own into them: only what differs is written, and nothing is ever deleted. */
export async function writeTables(tx: Tx, ctx: Context, before: Configuration, after: Configuration): Promise<void> {
  for (const [position, environment] of after.environments.entries()) {
    const old = before.environments.findIndex(({ name }) => name === environment.name)
    if (old === position && same(before.environments[old], environment)) continue
    await writeEnvironment(tx, ctx, environment, position)
  }
  for (const [index, component] of after.components.entries()) {
    const old = before.components.find(({ name }) => name === component.name)
    if (!old || old.title !== component.title) await writeComponent(tx, ctx, component, index)
  }
  await writeComponentFleets(tx, ctx, after)
}

function same(a: EnvironmentConfig | undefined, b: EnvironmentConfig): boolean {
  const written = (one: EnvironmentConfig) => JSON.stringify(toWire({ ...emptyConfiguration, environments: [one] }))
  return a !== undefined && written(a) === written(b)
}

async function writeEnvironment(tx: Tx, ctx: Context, config: EnvironmentConfig, position: number): Promise<void> {
  const { name: slug, title, patience } = config
  const said = Object.fromEntries(Object.entries(patience).filter(([, value]) => value !== null))
  const fields = { name: title ?? slug, position, ...said }
  const before = await environmentSettings(tx.db, slug)
  const { id } = await tx.db.environment.upsert({
    where: { slug },
    create: { id: newId('env', ctx.now().getTime()), slug, ...fields },
    update: fields,
  })
  await writeFleet(tx, ctx, { id, environmentId: id, componentId: null }, { ...doorRow(config), ...byControlPlane })
  const after = await environmentSettings(tx.db, slug)
  await audit(tx, ctx, {
    ...{ action: 'environment.define', subjectType: 'environment', subjectId: id, environmentId: id },
    ...{ before, after },
  })
  await noteChange(tx, ctx.now(), { kind: 'environment.defined', environmentId: id })
}

async function writeComponent(tx: Tx, ctx: Context, { name: slug, title }: ComponentConfig, index: number) {
  // the order of the file is the order in which they are known
  const createdAt = new Date(ctx.now().getTime() + index)
  const name = title ?? slug
  const before = await tx.db.component.findUnique({ where: { slug }, select: { slug: true, name: true } })
  const { id } = await tx.db.component.upsert({
    where: { slug },
    create: { id: newId('cmp', createdAt.getTime()), slug, name, createdAt },
    update: { name },
  })
  await audit(tx, ctx, {
    ...{ action: 'component.define', subjectType: 'component', subjectId: id, environmentId: null },
    ...(before ? { before } : {}),
    after: { slug, name },
  })
  await noteChange(tx, ctx.now(), { kind: 'component.defined' })
}

/** Gives the components that workflows bring their fleets in an environment that was not there when they were imported. */
export async function writeMissingFleets(tx: Tx, ctx: Context): Promise<void> {
  const running = await runningConfiguration(tx.db)
  await writeComponentFleets(tx, ctx, configurationAfter(running, running))
}

async function writeComponentFleets(tx: Tx, ctx: Context, after: Configuration): Promise<void> {
  if (after.components.every(({ fleets }) => fleets.length === 0)) return
  const environments = new Map((await tx.db.environment.findMany()).map(({ slug, id }) => [slug, id]))
  const components = new Map((await tx.db.component.findMany()).map(({ slug, id }) => [slug, id]))
  for (const { name, fleets } of after.components) {
    const workflow = workflowOf(after, name)
    for (const config of fleets) {
      const environmentId = environments.get(config.environment) ?? ''
      const place = { id: newId('flt', ctx.now().getTime()), environmentId, componentId: components.get(name) ?? '' }
      const deploys = config.controlPlane === null && workflow !== null ? byWorkflow(workflow) : byControlPlane
      const { id, written } = await writeFleet(tx, ctx, place, { ...doorRow(config), ...deploys })
      // nobody lists what a workflow brings: it is one thing, called like its component
      if (written && deploys.deploysBy === 'workflow')
        await writeEnumeration(tx, { environmentId, fleetId: id }, [name], ctx.now())
    }
  }
}

type FleetFields = ReturnType<typeof doorRow> & {
  deploysBy: string
  workflow: Prisma.InputJsonObject | typeof Prisma.DbNull
}

const byControlPlane = { deploysBy: 'control_plane', workflow: Prisma.DbNull }
const byWorkflow = (workflow: Prisma.InputJsonObject) => ({ deploysBy: 'workflow', workflow })

/** One fleet per place; a new or changed one is asked soon, where there is somebody to ask. */
async function writeFleet(
  tx: Tx,
  ctx: Context,
  place: { id: string; environmentId: string; componentId: string | null },
  fields: FleetFields,
): Promise<{ id: string; written: boolean }> {
  const { environmentId, componentId } = place
  const before = await tx.db.fleet.findFirst({ where: { environmentId, componentId } })
  if (before && isAs(before, fields)) return { id: before.id, written: false }
  const id = before?.id ?? place.id
  await tx.db.fleet.upsert({ where: { id }, create: { ...place, ...fields }, update: fields })
  if (componentId !== null) {
    const { workflow, ...rest } = fields
    const settings = (of: object) => ({ fleetId: id, componentId, ...of }) as Prisma.InputJsonObject
    const { controlPlaneUrl, controlPlaneTokenEnv, tenantUrlTemplate, deploysBy } = before ?? {}
    const was = { controlPlaneUrl, controlPlaneTokenEnv, tenantUrlTemplate, deploysBy, workflow: before?.workflow }
    await audit(tx, ctx, {
      action: 'fleet.define',
      subjectType: 'environment',
      subjectId: environmentId,
      environmentId,
      ...(before ? { before: settings(was) } : {}),
      after: settings({ ...rest, workflow: workflow === Prisma.DbNull ? null : workflow }),
    })
    await noteChange(tx, ctx.now(), { kind: 'fleet.defined', environmentId })
  }
  if (fields.controlPlaneUrl !== null || fields.tenantUrlTemplate !== null)
    tx.send({ name: 'fleet.sweep', data: { fleetId: id }, key: id })
  return { id, written: true }
}

function isAs(row: object, fields: FleetFields): boolean {
  const now = row as Record<string, unknown>
  return Object.entries(fields).every(([key, value]) => {
    const wanted = value === Prisma.DbNull ? null : value
    if (key !== 'workflow' || wanted === null) return now[key] === wanted
    const there = now[key] as Record<string, unknown> | null
    return there !== null && Object.entries(wanted).every(([name, one]) => there[name] === one)
  })
}

function doorRow({ controlPlane, tenants }: DoorConfig) {
  return {
    controlPlaneUrl: controlPlane?.url ?? null,
    controlPlaneTokenEnv: controlPlane?.tokenEnv ?? null,
    tenantUrlTemplate: tenants,
  }
}

/**
 * Which workflow of which forge brings a component: the one of the first deploy that opted in. A file of the repository's
 * own is one of the repository that releases the component.
 */
export function workflowOf({ external, deploys }: Configuration, component: string): Prisma.InputJsonObject | null {
  for (const { name, sourceRepo, ref, onUpdate } of externalDeploysOf({ external })) {
    if (onUpdate?.through !== 'workflow' || deploys[name]?.component !== component) continue
    const uses = resolveWorkflowPath(onUpdate.workflow, ref)
    const other = /^(?<repo>[^.].*?)\/(?<workflow>\.(?:github|gitea|forgejo)\/workflows\/[^@]+)@(?<ref>.+)$/.exec(uses)
    const { repo = sourceRepo, workflow = uses.replace(/^\.\//, ''), ref: at = ref } = other?.groups ?? {}
    return { forge: deploys[name]?.forge ?? null, repo, workflow, ref: at }
  }
  return null
}
