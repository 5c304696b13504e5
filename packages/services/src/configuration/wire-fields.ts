import { z } from 'zod'
import { variableName } from '../secrets/names.ts'

/** Fields of rollcall.yaml that several parts of it take. */

/** Stays in the process that receives, and is sent nowhere. */
export const hookSecret = variableName('ROLLCALL_HOOK_SECRET')

/** Scheme, host and port, and nothing behind them. */
export const origin = z
  .string({ error: 'must be text' })
  .trim()
  .max(300, 'must be at most 300 characters')
  .refine((text) => {
    const url = URL.parse(text)
    return url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href && !/[?#]$/.test(text)
  }, 'must be a host only, such as https://registry.example.com, without path, credentials or query')
  .transform((text) => new URL(text).origin)

/** A password goes there, and what comes back is deployed: without TLS it is spoken to on this machine only. */
export const registryUrl = origin.refine((text) => {
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || /^(?:localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(hostname)
}, 'must begin with https://, because plain http is spoken with registries on this machine only')

const tagLetters = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/

/** A tag with places for the commit: whatever differs from commit to commit must stand in it. */
export const tagPattern = (places: readonly string[]) =>
  z
    .string({ error: 'must be text' })
    .max(128, 'must be at most 128 characters')
    .superRefine((text, issue) => {
      const bare = places.reduce((rest, place) => rest.replaceAll(place, 'a'), text)
      if (bare === text)
        issue.addIssue({ code: 'custom', message: `must hold one of ${places.join(', ')}, such as staging-<sha7>` })
      else if (!tagLetters.test(bare))
        issue.addIssue({
          code: 'custom',
          message: `must be an image tag: letters, digits, _ . - and ${places.join(', ')}`,
        })
    })

export const tag = z
  .string({ error: 'must be text' })
  .regex(tagLetters, 'must be an image tag: up to 128 of letters, digits, _ . and -')

const step = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'

/** An image's repository in its registry, in the grammar of the OCI distribution specification. */
export const repository = z
  .string({ error: 'must be text' })
  .max(255, 'must be at most 255 characters')
  .regex(
    new RegExp(`^${step}(?:/${step})*$`),
    'must be a repository in lower case such as acme/tenant, without host, tag or digest',
  )

/** `owner/name`, deeper where groups nest. */
export const repo = z
  .string({ error: 'must be text' })
  .regex(
    /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+){1,5}$/,
    'must be a repository as owner/name',
  )
