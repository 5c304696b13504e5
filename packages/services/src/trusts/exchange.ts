import { type Claims, isCapability, pipelineName, tellingClaims } from '@rollcall/rollout'
import { type CiTrust, lockIdempotencyKey, lockTrust, newId, type Tx, transact } from '@rollcall/store'
import { audit } from '../audit.ts'
import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'
import { newToken } from '../tokens/format.ts'
import { placesOf, seenById } from '../tokens/view.ts'
import { type OfferedTrust, offered } from './offered.ts'
import type { ExchangedToken } from './views.ts'

/** A proof that was verified, and the trust whose rules it fulfils, as they were when that was judged. */
export interface VerifiedProof {
  trust: OfferedTrust
  issuer: string
  claims: Claims
  /** names this proof and no other; never the proof itself */
  proofId: string
}

const mostOfOneProof = 10
/** No proof is taken that is older than an hour, give or take a minute. */
const proofSeenMs = 2 * 3_600_000

/**
 * Gives a pipeline a token of its trust for its proof. The same proof may come again while what it was first given is
 * good, because a step whose answer was lost asks again; it then gets another token of the same trust, which ends when
 * the first one does. So a proof that was found later, in a log, opens nothing any more and never more time.
 */
export async function exchangeProof(ctx: Context, proof: VerifiedProof): Promise<ExchangedToken> {
  const told = tellingClaims(proof.claims)
  const name = pipelineName(told)
  const given = await transact(ctx.store, async (tx) => {
    await lockIdempotencyKey(tx, `proof:${proof.proofId}`)
    const trust = await stillTrusted(tx, proof.trust)
    const now = ctx.now()
    const first = await firstOfProof(tx, ctx, proof)
    const expiresAt = first?.expiresAt ?? new Date(now.getTime() + trust.minutes * 60_000)
    const { token, prefix, hash } = newToken()
    const row = await tx.db.apiToken.create({
      data: {
        id: newId('tok'),
        name,
        prefix,
        hash,
        capabilities: trust.capabilities,
        environmentIds: trust.environmentIds,
        everywhere: trust.everywhere,
        expiresAt,
        createdAt: now,
        createdBy: name,
        trustId: trust.id,
        claims: { told, proof: proof.proofId },
      },
    })
    const environments = placesOf(row, await seenById(tx.db, ctx))
    // whoever came in is who did it: the one that it now is
    const actor = { ...ctx.actor, name, id: row.id, credential: `proof of ${proof.issuer}` }
    await audit(
      tx,
      { ...ctx, actor },
      {
        action: 'token.exchange',
        subjectType: 'token',
        subjectId: row.id,
        environmentId: null,
        after: { name, prefix, capabilities: row.capabilities, environments, expiresAt: expiresAt.toISOString() },
        detail: { trust: trust.name, again: first !== null, claims: told },
      },
    )
    const expiresInSeconds = Math.floor((expiresAt.getTime() - now.getTime()) / 1000)
    const capabilities = row.capabilities.filter(isCapability)
    return { token, expiresInSeconds, trust: trust.name, capabilities, environments }
  })
  await noteUse(ctx, proof.trust.id)
  return given
}

/**
 * The trust, which nobody changes until this is over: whoever changes it afterwards ends what is given here. Throws when it
 * does not say any more what the proof was held against.
 */
async function stillTrusted(tx: Tx, judged: OfferedTrust): Promise<CiTrust> {
  await lockTrust(tx, judged.id)
  const trust = await tx.db.ciTrust.findUnique({ where: { id: judged.id } })
  if (trust === null || trust.disabledAt !== null) throw notTrusted()
  if (JSON.stringify(offered(trust)) !== JSON.stringify(judged)) throw changedMeanwhile()
  return trust
}

const useNotedEveryMs = 60_000

/** At most once a minute, and apart: a pipeline must not fail because this could not be noted. */
async function noteUse({ store, now }: Context, id: string): Promise<void> {
  const at = now()
  const before = new Date(at.getTime() - useNotedEveryMs)
  await store.db.ciTrust
    .updateMany({
      where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lte: before } }] },
      data: { lastUsedAt: at },
    })
    .catch(() => {})
}

/** What this proof was exchanged for first; null: it was not. Throws when it opens nothing any more. */
async function firstOfProof(tx: Tx, ctx: Context, { proofId, trust }: VerifiedProof) {
  const given = await tx.db.apiToken.findMany({
    where: {
      trustId: { not: null },
      createdAt: { gte: new Date(ctx.now().getTime() - proofSeenMs) },
      claims: { path: ['proof'], equals: proofId },
    },
    orderBy: { id: 'asc' },
    take: mostOfOneProof,
  })
  const [first] = given
  if (first === undefined) return null
  if (first.trustId !== trust.id) throw usedUp('This proof was exchanged under another trust.')
  if (given.some(({ revokedAt }) => revokedAt !== null)) throw usedUp('What this proof was exchanged for was revoked.')
  if (first.expiresAt <= ctx.now())
    throw usedUp('This proof was exchanged before, and what it was given for it has ended.')
  if (given.length === mostOfOneProof) throw usedUp(`This proof was exchanged ${mostOfOneProof} times.`)
  return first
}

const usedUp = (message: string) =>
  new ServiceError('forbidden', message, { remedy: 'Have the pipeline ask its forge for a new proof.' })

const changedMeanwhile = () =>
  new ServiceError('conflict', 'The trust that takes this proof was changed a moment ago.', {
    remedy: 'Send the proof again: it is held against what the trust says now.',
  })

const notTrusted = () =>
  new ServiceError('forbidden', 'The trust that takes this proof was disabled a moment ago.', {
    remedy: 'Ask whoever manages the trusts of this Rollcall.',
  })
