import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'
import type { Deps } from '../server/context.ts'
import { type IssuerLine, issuerError } from './issuer-line.ts'
import type { OidcSettings } from './oidc-settings.ts'

/** What a provider says about itself, as far as it is needed. */
export interface Issuer {
  issuer: string
  authorizationEndpoint: URL
  tokenEndpoint: URL
  userinfoEndpoint: URL | null
  keys: JWTVerifyGetKey
  algorithms: string[]
  scopes: string[]
  /** how the client secret is sent */
  secretIn: 'client_secret_basic' | 'client_secret_post'
}

const freshMs = 10 * 60_000

/** Never `none`, and nothing that is signed with a secret that both sides have. */
const signedWith = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

/** Asks a provider about itself by discovery, and again after ten minutes. A failure is not remembered. */
export function openIssuer(settings: OidcSettings, line: IssuerLine, now: Deps['now']): () => Promise<Issuer> {
  let known: { at: number; issuer: Promise<Issuer> } | null = null
  return () => {
    if (known !== null && now().getTime() - known.at < freshMs) return known.issuer
    const asked = { at: now().getTime(), issuer: discover(settings, line) }
    known = asked
    asked.issuer.catch(() => {
      if (known === asked) known = null
    })
    return asked.issuer
  }
}

async function discover(settings: OidcSettings, line: IssuerLine): Promise<Issuer> {
  const base = settings.issuer.href.replace(/\/$/, '')
  const told = await line.json(new URL(`${base}/.well-known/openid-configuration`), { method: 'GET' })
  if (typeof told.issuer !== 'string' || told.issuer.replace(/\/$/, '') !== base) {
    throw issuerError(`the provider names itself otherwise than ROLLCALL_OIDC_ISSUER does`)
  }
  const endpoint = (name: string): URL | null => {
    const text = told[name]
    if (typeof text !== 'string' || !URL.canParse(text)) return null
    const url = new URL(text)
    return url.protocol === 'https:' || url.protocol === settings.issuer.protocol ? url : null
  }
  const [authorizationEndpoint, tokenEndpoint, keysAt] = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'].map(
    endpoint,
  )
  if (!authorizationEndpoint || !tokenEndpoint || !keysAt)
    throw issuerError('the provider names an endpoint that cannot be used')
  const ways = texts(told.token_endpoint_auth_methods_supported)
  return {
    issuer: told.issuer,
    authorizationEndpoint,
    tokenEndpoint,
    userinfoEndpoint: endpoint('userinfo_endpoint'),
    keys: createRemoteJWKSet(keysAt, {
      timeoutDuration: 8_000,
      [customFetch]: async (url) => {
        const { status, text } = await line.fetch(new URL(url), { method: 'GET' })
        return new Response(text, { status, headers: { 'content-type': 'application/json' } })
      },
    }),
    algorithms: texts(told.id_token_signing_alg_values_supported).filter((one) => signedWith.includes(one)),
    scopes: texts(told.scopes_supported),
    secretIn: ways.length > 0 && !ways.includes('client_secret_basic') ? 'client_secret_post' : 'client_secret_basic',
  }
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
