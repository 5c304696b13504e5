import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id } from '../fields.ts'
import { findPerson } from './person.ts'
import { type SessionView, sessionsOf } from './sessions.ts'

export const listSessionsInput = z.strictObject({ personId: id })

/** Where a person is signed in now, the newest first. */
export async function listSessions(ctx: Context, input: unknown): Promise<SessionView[]> {
  const { personId } = parse(listSessionsInput, input)
  await findPerson(ctx.store.db, personId, ctx.now())
  return sessionsOf(ctx.store.db, personId, ctx)
}
