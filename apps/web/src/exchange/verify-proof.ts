import { createHash } from 'node:crypto'
import { type Claims, tidyText } from '@rollcall/rollout'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, type JSONWebKeySet, jwtVerify } from 'jose'
import { DoorError } from '../server/faults.ts'

/** Signatures with a key pair. Never `none`; never HS, whose secret would be a key that everybody has. */
const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]
const skewSeconds = 60
const oldestSeconds = 60 * 60

/** What a proof says of itself; nothing of it is true before it is verified. */
export interface ReadProof {
  proof: string
  issuer: string
  subject: string
  kid: string
}

/** Reads what is needed to verify a proof. Throws 401 for what cannot be one. */
export function peek(proof: string): ReadProof {
  const { alg, kid } = decode(() => decodeProtectedHeader(proof))
  const { iss, sub } = decode(() => decodeJwt(proof))
  if (typeof alg !== 'string' || !algorithms.includes(alg)) {
    throw notBelieved(`It is signed with ${tidyText(String(alg ?? 'nothing')).slice(0, 20)}, which is not taken.`)
  }
  if (typeof kid !== 'string' || kid === '') throw notBelieved('It does not say with which key it is signed (kid).')
  if (typeof iss !== 'string') throw notBelieved('It names no issuer (iss).')
  return { proof, issuer: iss, subject: typeof sub === 'string' ? sub : '', kid }
}

function decode<T>(read: () => T): T {
  try {
    return read()
  } catch {
    throw notBelieved('It is not a signed JSON Web Token.')
  }
}

/** Who a proof is written for is looked at with each trust; all else is looked at here. Throws 401 that says what is wrong. */
export async function verifyProof({ proof, issuer }: ReadProof, keys: JSONWebKeySet, now: Date): Promise<Claims> {
  try {
    const { payload } = await jwtVerify(proof, createLocalJWKSet(keys), {
      algorithms,
      issuer,
      clockTolerance: skewSeconds,
      maxTokenAge: oldestSeconds,
      requiredClaims: ['iss', 'aud', 'exp', 'iat'],
      currentDate: now,
    })
    return payload
  } catch (error) {
    throw notBelieved(reasonOf(error))
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) {
    return error.claim === 'iat' ? 'It was issued more than an hour ago (iat).' : 'It has expired (exp).'
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return `It does not say ${error.claim}.`
    if (error.claim === 'nbf') return 'It is not valid yet (nbf).'
    if (error.claim === 'iat') return 'It was issued in the future, or does not say when (iat).'
    return `Its ${error.claim} is not what it has to be.`
  }
  if (error instanceof errors.JWKSNoMatchingKey) return 'It is signed with a key that its issuer does not have (kid).'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'Its signature is not that of its issuer’s key.'
  return 'It cannot be verified with the key that it names.'
}

export function notBelieved(why: string): DoorError {
  return new DoorError('unauthorized', `The proof is not believed. ${why}`, {
    field: 'token',
    remedy: 'Send the identity token that the forge has just given to this pipeline.',
    headers: { 'www-authenticate': 'Bearer realm="rollcall", error="invalid_token"' },
  })
}

/** Whether a proof is written for one of these; a list of several readers is read as any of them. */
export function isWrittenFor({ aud }: Claims, wanted: readonly string[]): boolean {
  const given = Array.isArray(aud) ? aud : [aud]
  return given.some((one) => typeof one === 'string' && wanted.includes(one))
}

/**
 * A name for one proof, by which its second exchange is known: what its issuer calls it (jti), else what was signed. Not
 * the signature: some kinds have several that are right for the same proof.
 */
export function proofIdOf(proof: string, claims: Claims): string {
  const { iss, jti } = claims
  const named =
    typeof jti === 'string' && jti !== '' ? JSON.stringify([iss, jti]) : proof.slice(0, proof.lastIndexOf('.'))
  return createHash('sha256').update(named, 'utf8').digest('hex')
}
