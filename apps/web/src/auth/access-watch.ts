import type { Rights } from '@rollcall/rollout'
import { accessTopic, findTokenPrincipals, sessionRights } from '@rollcall/services'
import type { Deps } from '../server/context.ts'
import type { Principal } from '../server/principal.ts'
import { operatorMark } from './session.ts'

/** Under the hint: how often it is asked although nobody hinted. */
const tickMs = 500
/** Without an answer for so long nobody knows who may still read: then nobody does. */
const longestUnknownMs = 5_000

/** What one credential allows; asked for all of its kind at once. */
type Lookup = (deps: Deps, ids: readonly string[]) => Promise<ReadonlyMap<string, { rights: Rights } | Rights>>

/** How each kind of credential is looked up again while a stream is open. What is of no kind here never ends by itself. */
const lookups: Record<'session' | 'token', Lookup> = {
  session: async (deps, ids) =>
    sessionRights({ store: await deps.store(), now: deps.now }, ids, operatorMark(deps.env())),
  token: async (deps, ids) => findTokenPrincipals((await deps.store()).db, ids, deps.now()),
}

/** What became of a credential: null: it lets nobody in any more; rights: it allows something else now. */
export type AccessNews = Rights | null

interface Held {
  kind: keyof typeof lookups
  id: string
  rights: string
  tell: (news: AccessNews) => void
}

interface AccessWatch {
  hold(held: Held): () => void
}

const watches = new WeakMap<Deps, AccessWatch>()

/**
 * Watches what a principal may do while something is open for them, and tells once when that ends or changes: within
 * some milliseconds when the store hints at it, and within half a second when no hint came. One watch for a process: one
 * query for all sessions and one for all tokens, however many streams there are. Returns how to stop watching.
 */
export function watchAccess(deps: Deps, principal: Principal, tell: (news: AccessNews) => void): () => void {
  const credential = credentialOf(principal)
  if (credential === null) return () => {}
  let watch = watches.get(deps)
  if (watch === undefined) {
    watch = openWatch(deps)
    watches.set(deps, watch)
  }
  return watch.hold({ ...credential, rights: textOf(principal.rights), tell })
}

function credentialOf({ id, by, credential }: Principal): { kind: Held['kind']; id: string } | null {
  if (by === 'session') return { kind: 'session', id: credential.replace(/^session /, '') }
  return id === null ? null : { kind: 'token', id }
}

function openWatch(deps: Deps): AccessWatch {
  const open = new Set<Held>()
  let timer: NodeJS.Timeout | null = null
  let unsubscribe: (() => void) | null = null
  let looking = false
  let again = false
  let lookedAt = 0

  async function look(): Promise<void> {
    if (looking) {
      again = true
      return
    }
    looking = true
    do {
      again = false
      // what was opened meanwhile is looked at the next time
      const held = [...open]
      try {
        await lookAt(deps, held, end)
        lookedAt = performance.now()
      } catch {
        if (performance.now() - lookedAt > longestUnknownMs) for (const one of held) end(one, null)
      }
    } while (again)
    looking = false
  }

  function end(held: Held, news: AccessNews): void {
    if (!release(held)) return
    held.tell(news)
  }

  function release(held: Held): boolean {
    if (!open.delete(held)) return false
    if (open.size === 0 && timer !== null) {
      clearInterval(timer)
      timer = null
      unsubscribe?.()
      unsubscribe = null
    }
    return true
  }

  function begin(): void {
    lookedAt = performance.now()
    timer = setInterval(look, tickMs)
    timer.unref()
    void deps.store().then(
      ({ hints }) => {
        if (timer !== null) unsubscribe ??= hints.subscribe(accessTopic, look)
      },
      () => {},
    )
  }

  return {
    hold(held) {
      open.add(held)
      if (timer === null) begin()
      return () => void release(held)
    },
  }
}

async function lookAt(deps: Deps, held: readonly Held[], end: (held: Held, news: AccessNews) => void): Promise<void> {
  for (const kind of Object.keys(lookups) as (keyof typeof lookups)[]) {
    const of = held.filter((one) => one.kind === kind)
    if (of.length === 0) continue
    const found = await lookups[kind](deps, [...new Set(of.map(({ id }) => id))])
    for (const one of of) {
      const now = found.get(one.id)
      const rights = now === undefined ? null : 'rights' in now ? now.rights : now
      if (rights === null) end(one, null)
      else if (textOf(rights) !== one.rights) end(one, rights)
    }
  }
}

/** Equal when they allow the same. */
const textOf = (rights: Rights): string =>
  JSON.stringify(
    [...rights]
      .map(([capability, held]) => [capability, held === 'everywhere' ? held : [...held].toSorted()] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
