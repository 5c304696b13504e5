import { z } from 'zod'

/** The fields that several verbs take, each defined once. */

// PostgreSQL cannot store NUL, and a lone surrogate has no UTF-8
const storable = (text: string) => !text.includes('\0') && text.isWellFormed()

export const text = (max: number) =>
  z
    .string({ error: 'must be text' })
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .refine(storable, 'must be plain text without NUL characters')

export const slug = z
  .string({ error: 'must be text' })
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 of a–z, 0–9 and -, not beginning or ending with -')

/** What says of a capability where it is held: an environment of that name could not be told from it. */
const words: ReadonlySet<string> = new Set(['everywhere', 'anywhere', 'there'])

/** The name of a new environment. */
export const environmentName = slug.refine(
  (name) => !words.has(name),
  `must be a name of its own, not one of ${[...words].join(', ')}`,
)

export const sha = z
  .string({ error: 'must be text' })
  .regex(/^[0-9a-fA-F]{40}$/, 'must be the full commit sha: 40 hexadecimal digits')
  .transform((value) => value.toLowerCase())

export const id = z
  .string({ error: 'must be text' })
  .regex(/^[a-z]{2,4}_[0-9a-z]{1,32}$/, 'must be an id such as apl_…')

export const instant = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-01-31T12:00:00Z' })
  .transform((value) => new Date(value))
  .refine((at) => at.getUTCFullYear() >= 1970 && at.getUTCFullYear() <= 9999, 'must be a time between 1970 and 9999')

export const whole = (min: number, max: number) =>
  z
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)

export const reason = text(2_000)

export const limit = whole(1, 200).default(50)
