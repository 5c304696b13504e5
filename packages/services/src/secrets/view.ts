import type { Context, Reader } from '../context.ts'
import { notAllowed, notReadable, notSet } from './refusal.ts'
import { type Use, usesNow } from './uses.ts'
import type { SecretView } from './views.ts'

/** A worker that was silent for this long does not count. */
const silentSeconds = 30

/** Every name that is used, set, bound or in a worker's process, by name; `only` that one. */
export async function secretViews(ctx: Context, db: Reader, only?: string): Promise<SecretView[]> {
  // one after the other: they may be in a transaction, which has one connection
  const rows = await db.secret.findMany({
    ...(only === undefined ? {} : { where: { name: only } }),
    // never the ciphertext itself: what is not read cannot be told
    select: { name: true, keyId: true, setAt: true, setBy: true, bindings: { orderBy: { boundAt: 'asc' } } },
  })
  const uses = await usesNow(db)
  const inProcess = await namesInProcesses(ctx, db)
  const all = [...rows.map(({ name }) => name), ...uses.map(({ name }) => name), ...inProcess]
  const names = only === undefined ? [...new Set(all)].toSorted() : [only]
  const views: SecretView[] = []
  for (const name of names) {
    const row = rows.find((one) => one.name === name)
    const own = uses.filter((use) => use.name === name)
    views.push(await viewOf(ctx, db, { name, row, uses: own, inProcess: inProcess.has(name) }))
  }
  // of a name that is not used, set, bound or there, only its having been is known
  return only === undefined ? views.filter(isSomething) : views
}

interface Known {
  name: string
  row:
    | {
        keyId: string | null
        setAt: Date | null
        setBy: string | null
        bindings: { origin: string; boundAt: Date; boundBy: string }[]
      }
    | undefined
  uses: readonly Use[]
  inProcess: boolean
}

async function viewOf(ctx: Context, db: Reader, { name, row, uses, inProcess }: Known): Promise<SecretView> {
  const stored = row?.keyId != null
  const bound = row?.bindings.map(({ origin }) => origin) ?? []
  // before a worker has looked at it, what is used first will be bound
  const usedBy = uses.map(({ kind, of, origin }) => ({
    kind,
    of,
    origin,
    allowed: row === undefined || bound.includes(origin),
  }))
  const readable = !stored || (ctx.keys?.some(({ id }) => id === row?.keyId) ?? false)
  const value = stored ? 'stored' : inProcess ? 'process' : 'missing'
  const waiting: string[] = []
  for (const origin of new Set(usedBy.filter(({ allowed }) => !allowed).map((use) => use.origin)))
    waiting.push(await notAllowed(db, name, origin, bound))
  if (usedBy.length > 0 && value === 'missing') waiting.push(notSet(name))
  if (usedBy.length > 0 && !readable) waiting.push(notReadable(name))
  return {
    name,
    value,
    alsoInProcess: stored && inProcess,
    readable,
    setAt: row?.setAt?.toISOString() ?? null,
    setBy: row?.setBy ?? null,
    boundTo: (row?.bindings ?? []).map(({ origin, boundAt, boundBy }) => ({
      origin,
      at: boundAt.toISOString(),
      by: boundBy,
    })),
    usedBy,
    waiting,
  }
}

function isSomething({ value, boundTo, usedBy }: SecretView): boolean {
  return value !== 'missing' || boundTo.length > 0 || usedBy.length > 0
}

async function namesInProcesses({ now }: Context, db: Reader): Promise<Set<string>> {
  const since = new Date(now().getTime() - silentSeconds * 1000)
  const workers = await db.workerHeartbeat.findMany({
    where: { seenAt: { gte: since } },
    select: { secretNames: true },
  })
  return new Set(workers.flatMap(({ secretNames }) => secretNames))
}

export async function secretView(ctx: Context, db: Reader, name: string): Promise<SecretView> {
  const [view] = await secretViews(ctx, db, name)
  return view as SecretView
}
