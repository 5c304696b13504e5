import { roleNames } from '@rollcall/rollout'
import { z } from 'zod'
import { slug, text } from '../fields.ts'

/** What makes more lines of a text, and what makes it read in another order than it is written in. */
const unruly = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

export const personName = text(100).refine((name) => !unruly.test(name), 'must be one line without control characters')

/** Compared without case, as people type it. Those that this Rollcall uses for nobody are nobody's. */
export const email = z
  .string({ error: 'must be text' })
  .trim()
  .max(254, 'must be at most 254 characters')
  .toLowerCase()
  .pipe(z.email({ error: 'must be an e-mail address' }))
  .refine((address) => !address.endsWith('@rollcall.invalid'), 'must be the address of a person')

/** A role and the environment in which it is held; null: everywhere. */
export const heldRole = z.strictObject({
  role: z.enum(roleNames as [(typeof roleNames)[0], ...typeof roleNames], {
    error: `must be one of ${roleNames.join(', ')}`,
  }),
  environment: slug.nullable(),
})

export const heldRolesField = z
  .array(heldRole, { error: 'must be a list of roles' })
  .max(200, 'must be at most 200 roles')
