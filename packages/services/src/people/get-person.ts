import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id } from '../fields.ts'
import { findPerson, type PersonRow, personRow } from './person.ts'

export const getPersonInput = z.strictObject({ id })

/** One person. */
export async function getPerson(ctx: Context, input: unknown): Promise<PersonRow> {
  const asked = parse(getPersonInput, input)
  return personView(ctx, asked.id)
}

export async function personView(ctx: Context, id: string): Promise<PersonRow> {
  return personRow(ctx, await findPerson(ctx.store.db, id, ctx.now()))
}
