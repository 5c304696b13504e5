import { roleNames } from '@rollcall/rollout'
import { z } from 'zod'
import { slug, text } from '../fields.ts'

export const personName = text(100).refine((name) => !/\p{Cc}/u.test(name), 'must be one line')

/** Compared without case, as people type it. */
export const email = z
  .string({ error: 'must be text' })
  .trim()
  .max(254, 'must be at most 254 characters')
  .toLowerCase()
  .pipe(z.email({ error: 'must be an e-mail address' }))

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
