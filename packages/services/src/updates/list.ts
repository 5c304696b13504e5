import { deriveUpdateState, type UpdateState, updateStates } from '@rollcall/rollout'
import type { ExternalUpdate, Prisma } from '@rollcall/store'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id, limit, slug, text } from '../fields.ts'
import { cursor, decodeCursor, encodeCursor } from '../reads/pages.ts'
import { seen } from '../sees.ts'
import type { Page } from '../views.ts'
import { loadUpdates } from './facts.ts'
import { updateView, updateViews } from './view.ts'
import type { UpdateCounts, UpdateView } from './views.ts'

const updateState = z.enum(updateStates, { error: `must be one of ${updateStates.join(', ')}` })

const filters = {
  environment: slug.optional(),
  deploy_name: text(300).optional(),
  run_id: text(300).optional(),
}

export const listUpdatesInput = z.strictObject({
  state: z.union([updateState.transform((state) => [state]), z.array(updateState).max(20)]).optional(),
  ...filters,
  cursor: cursor.optional(),
  limit,
})

export const countUpdatesInput = z.strictObject(filters)

export const getUpdateInput = z.strictObject({ id })

/** One external update with everything that explains it. */
export async function getUpdate(ctx: Context, input: unknown): Promise<UpdateView> {
  return updateView(ctx.store.db, parse(getUpdateInput, input).id, ctx.now())
}

/** Rows that are read at once while those of a state are looked for, and how many at most for one page. */
const readAtOnce = 200
const readAtMost = 2_000

/**
 * External updates, newest first, by page. The state is derived, so a filter by state reads on until the page is full; a
 * page may be short although there are more, and then it has a cursor.
 */
export async function listUpdates(ctx: Context, input: unknown = {}): Promise<Page<UpdateView>> {
  const asked = parse(listUpdatesInput, input)
  const { db } = ctx.store
  const now = ctx.now()
  const wanted = asked.state && new Set(asked.state)
  let before = decodeCursor(asked.cursor, /^upd_[0-9a-z]+$/)
  const found: ExternalUpdate[] = []
  let more = true
  for (let read = 0; more && found.length <= asked.limit && read < readAtMost; ) {
    const take = wanted ? readAtOnce : asked.limit + 1
    const rows = await db.externalUpdate.findMany({
      where: {
        ...whereOf(ctx, asked),
        ...(wanted ? mayBe(asked.state ?? []) : {}),
        ...(before ? { id: { lt: before } } : {}),
      },
      orderBy: { id: 'desc' },
      take,
    })
    read += rows.length
    more = rows.length === take
    before = rows.at(-1)?.id ?? before
    const fitting = wanted
      ? (await loadUpdates(db, rows, now)).filter(({ facts }) => wanted.has(deriveUpdateState(facts).state))
      : rows.map((row) => ({ row }))
    found.push(...fitting.map(({ row }) => row))
  }
  const shown = found.slice(0, asked.limit)
  const last = found.length > asked.limit ? shown.at(-1)?.id : more ? before : null
  return { items: await updateViews(db, shown, now), nextCursor: last ? encodeCursor(last) : null }
}

const countAtMost = 500

/** How many of the newest updates are in each state, and how large the backlog is. */
export async function countUpdates(ctx: Context, input: unknown = {}): Promise<UpdateCounts> {
  const asked = parse(countUpdatesInput, input)
  const { db } = ctx.store
  const now = ctx.now()
  const where = whereOf(ctx, asked)
  const rows = await db.externalUpdate.findMany({ where, orderBy: { id: 'desc' }, take: countAtMost + 1 })
  const newest = rows.slice(0, countAtMost)
  const states = Object.fromEntries(updateStates.map((state) => [state, 0])) as Record<UpdateState, number>
  for (const { facts } of await loadUpdates(db, newest, now)) states[deriveUpdateState(facts).state] += 1

  const slots = await db.externalSlot.findMany({
    where: {
      ...seen(ctx),
      ...(asked.environment ? { environment: { slug: asked.environment } } : {}),
      ...(asked.deploy_name ? { deployName: asked.deploy_name } : {}),
    },
    select: { updateId: true },
  })
  const current = await db.externalUpdate.findMany({
    where: { ...where, id: { in: slots.map(({ updateId }) => updateId) } },
  })
  const backlog = (await loadUpdates(db, current, now)).filter(({ facts }) => deriveUpdateState(facts).backlog).length
  return { states, backlog, counted: newest.length, more: rows.length > countAtMost }
}

/** One that names no environment of ours belongs to none; whoever does not see everything is not told what it names. */
function whereOf(ctx: Context, asked: z.output<typeof countUpdatesInput>): Prisma.ExternalUpdateWhereInput {
  return {
    ...seen(ctx),
    ...(asked.environment ? { environment: asked.environment } : {}),
    ...(asked.deploy_name ? { deployName: asked.deploy_name } : {}),
    ...(asked.run_id ? { runId: asked.run_id } : {}),
  }
}

const recorded = { recordedAt: { not: null } } satisfies Prisma.ExternalUpdateWhereInput
/** What is true of every update in a state, and can be asked of the database: it narrows, it does not decide. */
const necessary = {
  received: { recordedAt: null },
  recorded,
  waiting: { applyId: { not: null } },
  held: { applyId: { not: null } },
  deploying: { applyId: { not: null } },
  deployed: { applyId: { not: null } },
  observed: { applyId: { not: null } },
  failed: { applyId: { not: null } },
  unchanged: { sameAsId: { not: null } },
  superseded: { OR: [{ supersededAt: { not: null } }, { applyId: { not: null } }] },
  refused: { refusedRule: { not: null } },
} as const satisfies Record<UpdateState, Prisma.ExternalUpdateWhereInput>

function mayBe(states: readonly UpdateState[]): Prisma.ExternalUpdateWhereInput {
  return { AND: [{ OR: states.map((state) => necessary[state]) }] }
}
