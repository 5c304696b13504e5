import { headers } from 'next/headers'

/**
 * The nonce that inline scripts of this answer must carry (`<ColorSchemeScript nonce={…}>`). The root layout has to
 * read it even when it has no script of its own: that makes pages render per request, and only then can Next put the
 * nonce on its scripts. A page rendered at build time would be blocked by the policy.
 */
export async function scriptNonce(): Promise<string | undefined> {
  return (await headers()).get('x-nonce') ?? undefined
}
