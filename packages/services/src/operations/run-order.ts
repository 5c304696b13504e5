import { externalDeploysOf } from '@rollcall/forge'
import type { Configuration } from '../configuration/configuration.ts'
import { currentConfiguration } from '../configuration/current.ts'
import type { Context } from '../context.ts'
import type { Attempt } from './take.ts'

/** What an attempt claims of the run that it had brought its build, by how that ended. */
export const runClaims = {
  succeeded: 'run succeeded',
  failed: 'run failed',
  cancelled: 'run cancelled',
  skipped: 'run skipped',
  unknown: 'run not seen to its end',
} as const

const endings: readonly (string | null)[] = Object.values(runClaims).filter((claim) => claim !== runClaims.unknown)

/** What a driver needs to have a run of a forge deploy an attempt's build, or to follow the one that does. */
export interface RunOrder {
  forge: { kind: 'github' | 'gitea'; url: string; tokenEnv: string }
  repo: string
  workflow: string
  ref: string
  inputs: { environment: string; sha: string; version: string; deploy_name: string }
  /** the sender's own run deploys: it is followed, and nothing is ordered */
  ownRun: string | null
  /** what an earlier attempt ordered, and how it ended was never known: it is read back before anything is ordered */
  earlier: { correlation: string; orderedAt: Date; runId: string | null } | null
}

/** The order of an attempt, from the fleet, the configuration and the update that it brings; or why there is none. */
export async function runOrder(ctx: Context, attempt: Attempt): Promise<RunOrder | { refusal: string }> {
  const { db } = ctx.store
  const [configuration, update, before, environment, component] = await Promise.all([
    currentConfiguration(db),
    db.externalUpdate.findUnique({ where: { applyId: attempt.applyId } }),
    db.attempt.findFirst({
      where: { operationId: attempt.operationId, number: { lt: attempt.number }, askedAt: { not: null } },
      orderBy: { number: 'desc' },
    }),
    db.environment.findUniqueOrThrow({ where: { id: attempt.environmentId }, select: { slug: true } }),
    db.component.findUniqueOrThrow({ where: { id: attempt.componentId }, select: { slug: true } }),
  ])
  const place = workflowOf(attempt.workflow)
  if (place === null) return { refusal: 'This fleet has no workflow that could be run.' }
  const forge = forgeOf(configuration, place.forge)
  if ('refusal' in forge) return forge
  return {
    ...place,
    forge,
    inputs: {
      environment: environment.slug,
      sha: attempt.sha,
      version: update?.version ?? '',
      deploy_name: update?.deployName ?? deployNameOf(configuration, component.slug) ?? attempt.slug,
    },
    // a second attempt of an update is a person's decision, and the sender's run is over by then
    ownRun: update?.deploys === 'in_run' && attempt.number === 1 ? update.runId : null,
    // whatever its attempt failed for in the end: a run may have been ordered, and nobody has seen it over
    earlier:
      before?.askedAt && !endings.includes(before.claim)
        ? { correlation: before.id, orderedAt: before.askedAt, runId: before.runId }
        : null,
  }
}

function workflowOf(stored: unknown): { forge: string | null; repo: string; workflow: string; ref: string } | null {
  if (typeof stored !== 'object' || stored === null) return null
  const { forge, repo, workflow, ref } = stored as Record<string, unknown>
  if (typeof repo !== 'string' || typeof workflow !== 'string') return null
  return {
    forge: typeof forge === 'string' ? forge : null,
    repo,
    workflow,
    ref: typeof ref === 'string' ? ref : 'main',
  }
}

function forgeOf({ forges }: Configuration, name: string | null): RunOrder['forge'] | { refusal: string } {
  const forge = name === null && forges.length === 1 ? forges[0] : forges.find((one) => one.name === name)
  if (!forge) {
    return {
      refusal:
        name === null
          ? 'The configuration does not say which forge runs the workflow of this deploy.'
          : `The configuration has no forge ${name}.`,
    }
  }
  if (forge.tokenEnv === null) return { refusal: `The forge ${forge.name} has no token_env in the configuration.` }
  return { kind: forge.kind === 'github' ? 'github' : 'gitea', url: forge.url, tokenEnv: forge.tokenEnv }
}

function deployNameOf({ external, deploys }: Configuration, component: string): string | null {
  const of = externalDeploysOf({ external }).filter(({ onUpdate }) => onUpdate?.through === 'workflow')
  return of.find(({ name }) => deploys[name]?.component === component)?.name ?? null
}
