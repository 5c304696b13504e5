import { workerSilentSeconds } from '../applies/facts.ts'
import type { Context } from '../context.ts'
import { askedComponent } from '../fleet/find.ts'
import { seen } from '../sees.ts'
import type { Liveness, OverviewView } from '../views.ts'
import { applyRow, applyRowSelect, applyView } from './apply-view.ts'
import { buildsRun, countVerdicts, judgedFleet } from './judged-fleet.ts'

const words = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine']

/** What waits for a person first, then what moves, then what the fleets say. */
export async function getOverview(ctx: Context): Promise<OverviewView> {
  const { db } = ctx.store
  const now = ctx.now()
  const [unsettled, recent, fleets, builds] = await Promise.all([
    db.apply.findMany({
      where: { settled: false, ...seen(ctx) },
      orderBy: { id: 'asc' },
      take: 100,
      ...applyRowSelect,
    }),
    db.apply.findMany({ where: { settled: true, ...seen(ctx) }, orderBy: { id: 'desc' }, take: 8, ...applyRowSelect }),
    db.fleet.findMany({
      where: { componentId: null, ...seen(ctx) },
      orderBy: { environment: { position: 'asc' } },
      include: { environment: true },
    }),
    db.build.count({ take: 1_000 }),
  ])
  const waiting = []
  const moving = []
  for (const apply of unsettled) {
    const row = applyRow(apply)
    if (!row.needsPerson) {
      moving.push(row)
      continue
    }
    const view = await applyView(db, apply.id, now)
    const person = view.heldBy.find((hold) => hold.person)
    const since = await db.change.findFirst({
      where: { applyId: apply.id },
      orderBy: { seq: 'desc' },
      select: { at: true },
    })
    waiting.push({
      ...view,
      waitingSince: (since?.at ?? apply.openedAt).toISOString(),
      sentence: person?.text ?? view.headline,
    })
  }
  return {
    headline: headline(waiting.length, moving.length),
    waiting,
    moving,
    recent: recent.map(applyRow),
    environments: await Promise.all(
      fleets.map(async ({ environment, ...fleet }) => {
        const component = await askedComponent(db, fleet)
        const targets = component ? await judgedFleet(db, { environment, fleet }, component.id, now) : []
        return {
          slug: environment.slug,
          name: environment.name,
          component: component?.slug ?? null,
          verdicts: countVerdicts(targets),
          total: targets.length,
          sweptAt: fleet.sweptAt?.toISOString() ?? null,
          sweepOutcome: fleet.sweepOutcome,
          sweepDetail: fleet.sweepDetail,
          builds: buildsRun(targets),
        }
      }),
    ),
    builds,
    asOf: now.toISOString(),
  }
}

function headline(waiting: number, moving: number): string {
  const n = (count: number) => words[count] ?? String(count)
  if (waiting > 0) return `${n(waiting)} ${waiting === 1 ? 'rollout waits' : 'rollouts wait'} for a person.`
  if (moving > 0)
    return `${n(moving)} ${moving === 1 ? 'rollout is' : 'rollouts are'} on the way; nothing waits for you.`
  return 'Nothing waits for you.'
}

/** Whether what is shown can be true: is there a worker, and when was the fleet last asked. */
export async function getLiveness(ctx: Context): Promise<Liveness> {
  const { db } = ctx.store
  const now = ctx.now()
  const [workers, swept] = await Promise.all([
    db.workerHeartbeat.findMany({ orderBy: { seenAt: 'desc' }, take: 50 }),
    db.fleet.aggregate({ where: seen(ctx), _max: { sweptAt: true } }),
  ])
  const alive = workers.filter(({ seenAt }) => now.getTime() - seenAt.getTime() <= workerSilentSeconds * 1000)
  return {
    workerSeenAt: workers[0]?.seenAt.toISOString() ?? null,
    workerSilent: alive.length === 0,
    workers: alive.length,
    sweptAt: swept._max.sweptAt?.toISOString() ?? null,
    asOf: now.toISOString(),
  }
}
