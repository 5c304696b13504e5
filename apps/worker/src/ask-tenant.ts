import { buildinfoUrl } from '@rollcall/redeploy-client'
import type { Reading } from '@rollcall/rollout'
import type { Deps } from './deps.ts'

const probeTimeoutMs = 10_000

/**
 * What a tenant answers when it is asked what it runs. One that cannot be asked is a reading, too, and says why: whoever
 * looks must come to an end.
 */
export async function askTenant(
  { client, ctx }: Pick<Deps, 'client' | 'ctx'>,
  tenantUrlTemplate: string | null,
  slug: string,
  signal: AbortSignal,
): Promise<Reading> {
  if (tenantUrlTemplate === null) return notAsked(ctx.now(), 'Nothing can be asked what runs here.')
  let url: string
  try {
    url = buildinfoUrl(tenantUrlTemplate, slug)
  } catch (error) {
    if (error instanceof TypeError) return notAsked(ctx.now(), `It cannot be asked: ${error.message}.`)
    throw error
  }
  return client.readBuildinfo({ url, timeoutMs: probeTimeoutMs, signal })
}

function notAsked(at: Date, detail: string): Reading {
  return { kind: 'unreachable', reason: 'other', latencyMs: null, httpStatus: null, detail, at }
}
