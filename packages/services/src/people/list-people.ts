import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { limit, text } from '../fields.ts'
import { escapeLike } from '../like.ts'
import { cursor, decodeCursor, pageOf } from '../reads/pages.ts'
import type { Page } from '../views.ts'
import { people } from './operator.ts'
import { type PersonRow, personInclude, personRow } from './person.ts'

export const listPeopleInput = z.strictObject({
  /** part of a name or an e-mail address */
  q: text(100).optional(),
  cursor: cursor.optional(),
  limit,
})

/** Everybody who may come in or might again, those who came last first. */
export async function listPeople(ctx: Context, input: unknown = {}): Promise<Page<PersonRow>> {
  const asked = parse(listPeopleInput, input)
  const before = decodeCursor(asked.cursor, /^usr_[0-9a-z]{1,32}$/)
  const contains = asked.q === undefined ? null : { contains: escapeLike(asked.q), mode: 'insensitive' as const }
  const rows = await ctx.store.db.user.findMany({
    where: {
      AND: [
        people,
        before === null ? {} : { id: { lt: before } },
        contains === null ? {} : { OR: [{ name: contains }, { email: contains }] },
      ],
    },
    orderBy: { id: 'desc' },
    take: asked.limit + 1,
    include: personInclude(ctx.now()),
  })
  return pageOf(
    rows,
    asked.limit,
    ({ id }) => id,
    (row) => personRow(ctx, row),
  )
}
