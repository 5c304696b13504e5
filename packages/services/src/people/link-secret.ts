import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'

/** What stands behind the # of a link that lets somebody in once: 256 bits, of which only the hash is kept. */
export const newLinkSecret = () => randomBytes(32).toString('base64url')

export const hashOfLink = (secret: string) => createHash('sha256').update(secret, 'utf8').digest('hex')

export const linkSecret = z
  .string({ error: 'must be text' })
  .regex(/^[A-Za-z0-9_-]{20,100}$/, 'must be what stands behind the # of the link')
