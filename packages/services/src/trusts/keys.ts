import { z } from 'zod'

const part = z.string({ error: 'must be text' }).regex(/^[A-Za-z0-9_-]{1,2000}$/, 'must be base64url')
const told = {
  kid: z.string({ error: 'must be text' }).min(1, 'must not be empty').max(200, 'must be at most 200 characters'),
  alg: z.string({ error: 'must be text' }).max(20).optional(),
  use: z.literal('sig', { error: 'must be sig' }).optional(),
}

/** 2048 bits in base64url: what is shorter is not verified against anyway. */
const shortestModulus = 342

const key = z.discriminatedUnion(
  'kty',
  [
    z.object({ ...told, kty: z.literal('RSA'), n: part.min(shortestModulus, 'must have at least 2048 bits'), e: part }),
    z.object({ ...told, kty: z.literal('EC'), crv: z.enum(['P-256', 'P-384', 'P-521']), x: part, y: part }),
    z.object({ ...told, kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: part }),
  ],
  { error: 'must be a public key: kty RSA, EC or OKP, with a kid' },
)

/** Parts that only whoever signs may have. */
const secretParts = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

const publicOnly = z
  .record(z.string(), z.unknown(), { error: 'must be a key as a JSON object' })
  .refine((given) => !secretParts.some((name) => Object.hasOwn(given, name)), 'must be public: it holds a private part')
  .pipe(key)

/** Public keys as a JWKS. What is private is refused and not kept, what is not known is left out. */
export const pinnedKeys = z
  .strictObject(
    {
      keys: z
        .array(publicOnly, { error: 'must be a list of keys' })
        .min(1, 'must have a key')
        .max(20, 'must be at most 20'),
    },
    { error: 'must be a JWKS: {"keys": […]}' },
  )
  .refine(({ keys }) => new Set(keys.map(({ kid }) => kid)).size === keys.length, 'must have each kid once')

export type PinnedKeys = z.output<typeof pinnedKeys>
