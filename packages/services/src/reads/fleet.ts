import { z } from 'zod'
import { findComponent } from '../components/find.ts'
import type { Context, Reader } from '../context.ts'
import { findEnvironment } from '../environments/find.ts'
import { parse, ServiceError } from '../errors.ts'
import { slug } from '../fields.ts'
import { askedComponent, environmentsFleet, findFleet } from '../fleet/find.ts'
import type { FleetView } from '../views.ts'
import { buildsRun, countVerdicts, judgedFleet } from './judged-fleet.ts'

export const getFleetInput = z.strictObject({ environment: slug, component: slug.optional() })

/** What every target of an environment was asked to run, what it answers, and what that means: one answer for all. */
export async function getFleet(ctx: Context, input: unknown): Promise<FleetView> {
  const asked = parse(getFleetInput, input)
  const { db } = ctx.store
  const now = ctx.now()
  const { environment, component, fleet } = await findPlace(db, asked)
  const targets = await judgedFleet(db, { environment, fleet }, component.id, now)
  const verdicts = countVerdicts(targets)
  return {
    environment: environment.slug,
    component: component.slug,
    asOf: now.toISOString(),
    sweptAt: fleet.sweptAt?.toISOString() ?? null,
    sweepOutcome: fleet.sweepOutcome,
    sweepDetail: fleet.sweepDetail,
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

async function findPlace(db: Reader, asked: { environment: string; component?: string | undefined }) {
  const environment = await findEnvironment(db, asked.environment)
  if (asked.component) {
    const component = await findComponent(db, asked.component)
    return { environment, component, fleet: await findFleet(db, environment.id, component.id) }
  }
  const fleet = await environmentsFleet(db, environment.id)
  const component = await askedComponent(db, fleet)
  if (component) return { environment, component, fleet }
  throw new ServiceError('not_found', 'No component is known yet.', {
    field: 'component',
    remedy: 'Make one known with PUT /api/v1/components/:slug.',
  })
}
