import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id } from '../fields.ts'
import { findPerson, type PersonRow, personRow } from './person.ts'
import { type SessionView, sessionsOf } from './sessions.ts'

export interface PersonView extends PersonRow {
  openSessions: SessionView[]
}

export const getPersonInput = z.strictObject({ id })

/** One person, with where they are signed in now. */
export async function getPerson(ctx: Context, input: unknown): Promise<PersonView> {
  const asked = parse(getPersonInput, input)
  return personView(ctx, asked.id)
}

export async function personView(ctx: Context, id: string): Promise<PersonView> {
  const { db } = ctx.store
  const row = personRow(await findPerson(db, id, ctx.now()))
  return { ...row, openSessions: await sessionsOf(db, id, ctx) }
}
