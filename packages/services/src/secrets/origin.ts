import { z } from 'zod'

/** Scheme, host and port of a URL, the port always written: what a secret is bound to. Null when it is no http URL. */
export function originOf(text: string): string | null {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') return null
  return `${url.protocol}//${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`
}

export const originInput = z
  .string({ error: 'must be text' })
  .trim()
  .max(300, 'must be at most 300 characters')
  .refine((text) => {
    const url = URL.parse(text)
    return originOf(text) !== null && url !== null && `${url.origin}/` === url.href && !/[?#]$/.test(text)
  }, 'must be scheme, host and port only, such as https://cp.example.com:443')
  .transform((text) => originOf(text) ?? '')
