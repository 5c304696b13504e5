import { type Claims, tidyText } from '@rollcall/rollout'
import {
  type Context,
  countRefusal,
  exchangeProof,
  type OfferedTrust,
  recordRefusedExchange,
  ServiceError,
  type Trying,
  trustsOfIssuer,
  waitBefore,
} from '@rollcall/services'
import type { JSONWebKeySet } from 'jose'
import type { Env } from '../env.ts'
import { clientAddressOf } from '../server/client-address.ts'
import type { Deps } from '../server/context.ts'
import { DoorError, type FaultCode, faultOf } from '../server/faults.ts'
import { jsonResponse, problemResponse } from '../server/problem.ts'
import { requestIdOf } from '../server/request-id.ts'
import { trustFor } from './choose.ts'
import { type IssuerKeys, openIssuerKeys } from './issuer-keys.ts'
import { givenType, readProof } from './read-proof.ts'
import { isWrittenFor, notBelieved, peek, proofIdOf, type ReadProof, verifyProof } from './verify-proof.ts'

const methods = 'POST, OPTIONS'

const opened = new WeakMap<Deps, IssuerKeys>()

function keysOf(deps: Deps): IssuerKeys {
  const known = opened.get(deps) ?? openIssuerKeys(deps.env().reach, deps.now)
  opened.set(deps, known)
  return known
}

/** Gives a pipeline that proves what it is a token of a few minutes (RFC 8693). No secret is stored for it anywhere. */
export async function handleExchange(request: Request, deps: Deps, keys = keysOf(deps)): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    if (request.method === 'OPTIONS') return jsonResponse(null, 204, requestId, { allow: methods })
    if (request.method !== 'POST') {
      throw new DoorError('method_not_allowed', `${request.method} is not answered at this path.`, {
        remedy: 'Use POST.',
        headers: { allow: methods },
      })
    }
    return await exchange(request, deps, keys, requestId)
  } catch (error) {
    return problemResponse(error, requestId, 'POST /api/v1/token-exchange')
  }
}

async function exchange(request: Request, deps: Deps, keys: IssuerKeys, requestId: string): Promise<Response> {
  const read = peek(await readProof(request))
  const ctx: Context = {
    store: await deps.store(),
    actor: { name: 'a pipeline', via: 'api', credential: 'proof', requestId },
    rights: new Map(),
    now: deps.now,
  }
  const who = await beginExchange(ctx, read, request.headers, deps.env())
  try {
    const trusts = await trustsOfIssuer(ctx.store.db, read.issuer)
    const { claims, believing } = await verifyForAny(read, trusts, keys, deps, requestId)
    const given = await letIn(ctx, read, claims, believing, deps.env())
    const { token, expiresInSeconds, trust, capabilities, environments } = given
    return jsonResponse(
      {
        access_token: token,
        token_type: 'Bearer',
        issued_token_type: givenType,
        expires_in: expiresInSeconds,
        trust,
        capabilities,
        environments,
      },
      200,
      requestId,
    )
  } catch (error) {
    // that an issuer is down, something here, or a trust was changed meanwhile, is not the pipeline's failure
    if (!notTheirs.has(faultOf(error).code)) await countRefusal(ctx, who)
    throw error
  }
}

const notTheirs: ReadonlySet<FaultCode> = new Set(['unavailable', 'internal', 'conflict'])

/**
 * Counted by what the proof calls itself, so that pipelines that share an address do not wait for each other, and only
 * when it was refused: the jobs of a matrix are one subject, and come at once.
 */
async function beginExchange(ctx: Context, { issuer, subject }: ReadProof, headers: Headers, env: Env) {
  const who: Trying = { way: 'proof', account: `${issuer} ${subject}`, client: clientAddressOf(headers, env) }
  const wait = await waitBefore(ctx, who)
  if (wait === 0) return who
  throw new DoorError('too_many_attempts', 'Too many proofs from there were refused.', {
    remedy: `Try again in ${wait} s.`,
    headers: { 'retry-after': String(wait) },
  })
}

/** The claims of a proof, and the trusts by whose keys it is right: a trust may bring the issuer's keys itself. */
async function verifyForAny(
  read: ReadProof,
  trusts: readonly OfferedTrust[],
  keys: IssuerKeys,
  deps: Deps,
  requestId: string,
): Promise<{ claims: Claims; believing: OfferedTrust[] }> {
  if (trusts.length === 0) throw notBelieved(`No trust names its issuer ${JSON.stringify(tidyText(read.issuer))}.`)
  let asked: Promise<JSONWebKeySet> | null = null
  const ask = () => (asked ??= keys.of(read.issuer, read.kid, requestId))
  const verified = await Promise.allSettled(
    trusts.map(async (trust) => verifyProof(read, trust.keys ?? (await ask()), deps.now())),
  )
  const believing = trusts.filter((_, i) => verified[i]?.status === 'fulfilled')
  const right = verified.find((one) => one.status === 'fulfilled')
  if (right !== undefined) return { claims: right.value, believing }
  throw verified.find((one) => one.status === 'rejected')?.reason
}

async function letIn(ctx: Context, read: ReadProof, claims: Claims, believing: readonly OfferedTrust[], env: Env) {
  const { issuer, proof } = read
  try {
    const addressed = believing.filter(({ audience }) =>
      isWrittenFor(claims, audience === null ? ours(env) : [audience]),
    )
    if (addressed.length === 0) throw wrongReader(claims, believing, env)
    const trust = trustFor(addressed, claims)
    return await exchangeProof(ctx, { trust, issuer, claims, proofId: proofIdOf(proof, claims) })
  } catch (error) {
    // of what its issuer vouches for, the record keeps the refusal, too
    if (error instanceof DoorError || error instanceof ServiceError) {
      await recordRefusedExchange(ctx, { issuer, claims, because: error.message })
    }
    throw error
  }
}

/** The base URL, however its end is written. */
const ours = ({ baseUrl }: Env): string[] => {
  const bare = baseUrl.href.replace(/\/$/, '')
  return [bare, `${bare}/`]
}

function wrongReader({ aud }: Claims, believing: readonly OfferedTrust[], env: Env): DoorError {
  const written = (Array.isArray(aud) ? aud : [aud]).map((one) => JSON.stringify(tidyText(String(one))))
  const wanted = new Set(believing.map(({ audience }) => audience ?? ours(env)[0]))
  return notBelieved(
    `It is written for ${written.slice(0, 3).join(', ')} (aud), and has to be for ${wanted.size === 1 ? [...wanted][0] : 'the audience of a trust'}.`,
  )
}
