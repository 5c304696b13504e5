import { externalDeploysOf } from '@rollcall/forge'
import {
  type ComponentConfig,
  type Configuration,
  type DoorConfig,
  type EnvironmentConfig,
  noPolicy,
} from './configuration.ts'

/**
 * What runs once this file is in force. What an import says nothing about is left as it is where rows refer to it: the
 * environments, components and fleets that the file does not name, and the fields of theirs that it leaves out.
 */
export function configurationAfter(running: Configuration, wanted: Configuration): Configuration {
  const environments = beside(wanted.environments, running.environments, environmentAfter, 'theirs')
  const components = beside(wanted.components, running.components, componentAfter, 'ours')
  const order = environments.map(({ name }) => name)
  const bringers = broughtByWorkflow(wanted)
  return {
    ...wanted,
    environments,
    components: components.map((component) => ({
      ...component,
      fleets: [...component.fleets, ...(bringers.has(component.name) ? missingFleets(component, order) : [])].toSorted(
        (a, b) => order.indexOf(a.environment) - order.indexOf(b.environment),
      ),
    })),
  }
}

/** What runs and is not in the file, as sentences. */
export function leftAlone(running: Configuration, wanted: Configuration): { field: string; message: string }[] {
  const why = 'is not in the file and is left as it is: an import takes nothing away that may have a history.'
  const missing = (key: 'environments' | 'components', what: string) =>
    running[key]
      .filter(({ name }) => !wanted[key].some((one) => one.name === name))
      .map(({ name }) => ({ field: `${key}.${name}`, message: `The ${what} ${name} ${why}` }))
  const fleets = wanted.components.flatMap(({ name, fleets }) =>
    (running.components.find((one) => one.name === name)?.fleets ?? [])
      // those without a door came with a workflow, and nobody wrote them down
      .filter(({ controlPlane, tenants }) => controlPlane !== null || tenants !== null)
      .filter(({ environment }) => !fleets.some((one) => one.environment === environment))
      .map(({ environment }) => ({
        field: `components.${name}.fleets.${environment}`,
        message: `The fleet of ${name} in ${environment} ${why}`,
      })),
  )
  return [...missing('environments', 'environment'), ...missing('components', 'component'), ...fleets]
}

/** Components that a reusable workflow brings: it deploys them itself, so the environment's fleet is not theirs. */
export function broughtByWorkflow({ external, deploys }: Configuration): Set<string> {
  return new Set(
    externalDeploysOf({ external }).flatMap(({ name, onUpdate }) =>
      onUpdate?.through === 'workflow' ? [deploys[name]?.component ?? ''] : [],
    ),
  )
}

function missingFleets({ fleets }: ComponentConfig, environments: readonly string[]): ComponentConfig['fleets'] {
  return environments
    .filter((name) => !fleets.some(({ environment }) => environment === name))
    .map((environment) => ({ environment, controlPlane: null, tenants: null, policy: noPolicy }))
}

/** Those of the file and those that run, in the order of one of them; each once. */
function beside<T extends { name: string }>(
  wanted: readonly T[],
  running: readonly T[],
  after: (wanted: T, running: T | undefined) => T,
  order: 'theirs' | 'ours',
): T[] {
  const inFile = wanted.map((one) =>
    after(
      one,
      running.find(({ name }) => name === one.name),
    ),
  )
  const others = (list: readonly T[], but: readonly T[]) =>
    list.filter(({ name }) => !but.some((one) => one.name === name))
  if (order === 'theirs') return [...inFile, ...others(running, wanted)]
  return [...running.map((one) => inFile.find(({ name }) => name === one.name) ?? one), ...others(inFile, running)]
}

function doorAfter(wanted: DoorConfig, running: DoorConfig | undefined): DoorConfig {
  return {
    controlPlane: wanted.controlPlane ?? running?.controlPlane ?? null,
    tenants: wanted.tenants ?? running?.tenants ?? null,
  }
}

/** A title that is the name again says that there is none. */
function titleAfter(wanted: { name: string; title: string | null }, running: { title: string | null } | undefined) {
  const title = wanted.title ?? running?.title ?? null
  return title === wanted.name ? null : title
}

const firstPatience = {
  settleBudgetSeconds: 240,
  pollSeconds: 20,
  redeployTimeoutSeconds: 600,
  maxAttempts: 3,
  retryBackoffSeconds: 5,
  sweepSeconds: 60,
}

function environmentAfter(wanted: EnvironmentConfig, running: EnvironmentConfig | undefined): EnvironmentConfig {
  const kept = running?.patience ?? firstPatience
  const said = Object.entries(wanted.patience).filter(([, value]) => value !== null)
  return {
    name: wanted.name,
    title: titleAfter(wanted, running),
    ...doorAfter(wanted, running),
    policy: wanted.policy,
    patience: { ...kept, ...Object.fromEntries(said) },
  }
}

function componentAfter(wanted: ComponentConfig, running: ComponentConfig | undefined): ComponentConfig {
  const before = running?.fleets ?? []
  const at = (list: ComponentConfig['fleets'], environment: string) =>
    list.find((one) => one.environment === environment)
  return {
    name: wanted.name,
    title: titleAfter(wanted, running),
    fleets: [
      ...wanted.fleets.map((fleet) => ({ ...fleet, ...doorAfter(fleet, at(before, fleet.environment)) })),
      ...before.filter(({ environment }) => !at(wanted.fleets, environment)),
    ],
  }
}
