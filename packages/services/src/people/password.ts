import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/** OWASP's second choice for scrypt: 32 MB for each try. */
const cost = { N: 32_768, r: 8, p: 3 }
const keyBytes = 32

export const leastPassword = 12

/** A password to be: long rather than odd. It is kept as it is given, spaces and all. */
export const newPassword = z
  .string({ error: 'must be text' })
  .min(leastPassword, `must have at least ${leastPassword} characters`)
  .max(200, 'must have at most 200 characters')
  .refine((text) => !text.includes('\0') && text.isWellFormed(), 'must be plain text without NUL characters')
  .refine((text) => new Set(text).size > 3, 'must have more than three different characters')

/** `scrypt$32768$8$3$<salt>$<key>`, so that the cost can rise and old ones are still understood. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, cost)
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** Whether a password is the one of a hash, in a time that does not tell how near it came. */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  const [kind, n, r, p, salt, key] = hash.split('$')
  if (kind !== 'scrypt' || !salt || !key) return false
  const expected = Buffer.from(key, 'base64url')
  const given = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(n), r: Number(r), p: Number(p) })
  return expected.length === given.length && timingSafeEqual(expected, given)
}

function derive(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  // one text may be written in several ways: the same keys on another keyboard must give the same bytes
  const text = password.normalize('NFKC')
  return new Promise((resolve, reject) => {
    scrypt(text, salt, keyBytes, { ...options, maxmem: 64 * 1024 * 1024 }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}
