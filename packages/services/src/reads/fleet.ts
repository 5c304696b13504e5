import { z } from 'zod'
import type { Context } from '../context.ts'
import { notFound, parse } from '../errors.ts'
import { slug } from '../fields.ts'
import type { FleetView } from '../views.ts'
import { buildsRun, countVerdicts, judgedFleet } from './judged-fleet.ts'

export const getFleetInput = z.strictObject({ environment: slug, component: slug.optional() })

/** What every target of an environment was asked to run, what it answers, and what that means: one answer for all. */
export async function getFleet(ctx: Context, input: unknown): Promise<FleetView> {
  const asked = parse(getFleetInput, input)
  const { db } = ctx.store
  const now = ctx.now()
  const { environment, component } = await findPlace(db, asked)
  const targets = await judgedFleet(db, environment, component.id, now)
  const verdicts = countVerdicts(targets)
  return {
    environment: environment.slug,
    component: component.slug,
    asOf: now.toISOString(),
    sweptAt: environment.sweptAt?.toISOString() ?? null,
    sweepOutcome: environment.sweepOutcome,
    sweepDetail: environment.sweepDetail,
    headline: headline(targets.length, buildsRun(targets)[0] ?? null),
    verdicts,
    targets,
  }
}

function headline(total: number, most: { sha: string; targets: number } | null): string {
  if (total === 0) return 'No tenant is known here yet.'
  if (!most)
    return total === 1 ? 'The one tenant has not said what it runs.' : `None of ${total} tenants says what it runs.`
  const n = (count: number) => count.toLocaleString('en')
  const whole =
    total === 1
      ? 'The one tenant runs'
      : most.targets === total
        ? `All ${n(total)} tenants run`
        : `${n(most.targets)} of ${n(total)} tenants run`
  return `${whole} ${most.sha.slice(0, 7)}.`
}

/** The environment, and the component: the one that was named, or the oldest one. */
export async function findPlace(
  db: Context['store']['db'],
  asked: { environment: string; component?: string | undefined },
) {
  const environment = await db.environment.findUnique({ where: { slug: asked.environment } })
  if (!environment)
    throw notFound('environment', asked.environment, 'environment', 'List them with GET /api/v1/environments.')
  const component = asked.component
    ? await db.component.findUnique({ where: { slug: asked.component } })
    : await db.component.findFirst({ orderBy: { createdAt: 'asc' } })
  if (!component) {
    throw notFound(
      'component',
      asked.component ?? '',
      'component',
      'List them with GET /api/v1/components, or make one known with PUT.',
    )
  }
  return { environment, component }
}
