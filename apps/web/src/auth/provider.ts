import { admitFromProvider, oidcProvider, providerAccountId } from '@rollcall/services'
import {
  authorizationCodeRequest,
  createAuthorizationURL,
  getOAuth2Tokens,
  type OAuth2Tokens,
  type OAuthProvider,
} from 'better-auth/oauth2'
import { jwtVerify } from 'jose'
import type { Issuer } from './issuer.ts'
import { type IssuerLine, issuerError } from './issuer-line.ts'
import { type OidcSettings, rolesOfGroups } from './oidc-settings.ts'
import { currentSignIn } from './sign-in.ts'

type Claims = Record<string, unknown>

/** An ID token of longer ago was made for another sign-in. */
const longestAge = '10 minutes'

/**
 * The provider as better-auth's core takes one: it keeps the state, the nonce and PKCE's verifier; all that goes out goes
 * through `line`, and who somebody is here is decided by `admitFromProvider`.
 */
export function makeProvider(
  settings: OidcSettings,
  issuer: () => Promise<Issuer>,
  line: IssuerLine,
): OAuthProvider<Claims> {
  const { clientId, clientSecret } = settings
  const options = { clientId, ...(clientSecret === null ? {} : { clientSecret }) }
  return {
    id: oidcProvider,
    name: settings.name,
    requiresIdTokenNonce: true,
    accountSubject: ({ profile }) => providerAccountId(String(profile.iss), String(profile.sub)),

    async createAuthorizationURL({ state, codeVerifier, redirectURI, idTokenNonce }) {
      const { authorizationEndpoint, scopes } = await issuer()
      const groups = scopes.includes(settings.groupsClaim) ? [settings.groupsClaim] : []
      return createAuthorizationURL({
        id: oidcProvider,
        options,
        authorizationEndpoint: authorizationEndpoint.href,
        state,
        codeVerifier,
        scopes: ['openid', 'email', 'profile', ...groups],
        redirectURI,
        nonce: idTokenNonce,
      })
    },

    async validateAuthorizationCode({ code, codeVerifier, redirectURI }) {
      const { tokenEndpoint, secretIn } = await issuer()
      const { body, headers } = await authorizationCodeRequest({
        code,
        codeVerifier,
        redirectURI,
        options,
        tokenEndpoint: tokenEndpoint.href,
        tokenEndpointAuth: { method: clientSecret === null ? 'none' : secretIn },
      })
      const secrets = [code, ...(codeVerifier ? [codeVerifier] : []), ...(clientSecret ? [clientSecret] : [])]
      const asked = {
        method: 'POST' as const,
        headers: headers as Record<string, string>,
        body: body.toString(),
        secrets,
      }
      return getOAuth2Tokens(await line.json(tokenEndpoint, asked))
    },

    async getUserInfo({ expectedIdTokenNonce, ...tokens }) {
      const signIn = currentSignIn()
      try {
        const claims = await claimsOf(await issuer(), tokens, expectedIdTokenNonce)
        const admission = await admitFromProvider(signIn.ctx, {
          issuer: String(claims.iss),
          subject: String(claims.sub),
          email: textOf(claims.email),
          emailVerified: claims.email_verified === true,
          name: textOf(claims.name) ?? textOf(claims.preferred_username),
          roles: rolesOfGroups(settings, ownValue(claims, settings.groupsClaim)),
        })
        if ('refused' in admission) {
          signIn.refused = admission.refused
          return null
        }
        const email = textOf(claims.email)
        return {
          user: { email, emailVerified: claims.email_verified === true, name: textOf(claims.name) ?? '' },
          data: claims,
        }
      } catch (error) {
        signIn.trouble = String(error instanceof Error ? (error.cause ?? error.message) : error).slice(0, 300)
        return null
      }
    },
  }

  /** What the ID token says once it is proven, and what only the userinfo endpoint tells. */
  async function claimsOf(known: Issuer, tokens: OAuth2Tokens, nonce: string | undefined): Promise<Claims> {
    const { idToken, accessToken } = tokens
    if (!idToken || !nonce) throw issuerError('the provider gave no ID token')
    const { payload } = await jwtVerify(idToken, known.keys, {
      issuer: known.issuer,
      audience: clientId,
      algorithms: known.algorithms,
      maxTokenAge: longestAge,
      clockTolerance: 30,
      requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
    })
    if (payload.nonce !== nonce) throw issuerError('the ID token is of another sign-in')
    const authorized = payload.azp ?? (Array.isArray(payload.aud) && payload.aud.length > 1 ? null : clientId)
    if (authorized !== clientId) throw issuerError('the ID token is for another client')
    if (typeof payload.sub !== 'string' || payload.sub === '') throw issuerError('the ID token names nobody')
    const complete = 'email' in payload && settings.groupsClaim in payload
    if (complete || known.userinfoEndpoint === null || !accessToken) return payload
    const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' }
    const more = await line.json(known.userinfoEndpoint, { method: 'GET', headers, secrets: [accessToken] })
    if (more.sub !== payload.sub) throw issuerError('the userinfo endpoint tells of somebody else')
    return { ...more, ...payload }
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null)

const ownValue = (claims: Claims, name: string): unknown => (Object.hasOwn(claims, name) ? claims[name] : undefined)
