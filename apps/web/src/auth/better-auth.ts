import { hashPassword, openSession, sessionLongestMs, verifyPassword } from '@rollcall/services'
import { newId } from '@rollcall/store'
import { betterAuth } from 'better-auth'
import { prismaAdapter } from 'better-auth/adapters/prisma'
import type { Deps } from '../server/context.ts'
import { cookieAttributes, sessionCookie, stateCookie } from './cookie.ts'
import { openIssuer } from './issuer.ts'
import { openIssuerLine } from './issuer-line.ts'
import { makeProvider } from './provider.ts'
import { currentSignIn } from './sign-in.ts'

const prefixes = { user: 'usr', session: 'ses', account: 'acc', verification: 'ver' } as const

/** better-auth, as far as it is used: it checks passwords and goes to the provider and back. See `handleAuth`. */
export interface Auth {
  handler: (request: Request) => Promise<Response>
}

export const authPath = '/api/auth'

/** What was right is told to the verb that opens the session: it may have been changed by then. */
async function verifyInSignIn({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  const isRight = await verifyPassword(hash, password)
  if (isRight) currentSignIn().passwordHash = hash
  return isRight
}

/** How it is set up for the surroundings of a process. It keeps nothing in memory but what a provider says about itself. */
export async function openAuth(deps: Deps): Promise<Auth> {
  const env = deps.env()
  const store = await deps.store()
  const { oidc } = env
  const line = openIssuerLine(env.reach)
  const providers = oidc === null ? [] : [makeProvider(oidc, openIssuer(oidc, line, deps.now), line)]
  // what it writes of a session goes through the verb, which decides, counts and tells the audit in the same transaction
  const db = store.db.$extends({
    query: {
      session: {
        create({ args: { data } }) {
          const { id, token, userId } = data as { id: string; token: string; userId: string }
          const { ctx, client, browser, passwordHash } = currentSignIn()
          return openSession(ctx, { id, token, userId, client, browser, passwordHash })
        },
      },
    },
  })
  return betterAuth({
    appName: 'Rollcall',
    baseURL: env.baseUrl.origin,
    basePath: authPath,
    secret: env.sessionSecret,
    trustedOrigins: [env.baseUrl.origin],
    database: prismaAdapter(db, { provider: 'postgresql' }),
    telemetry: { enabled: false },
    // what it would write may hold what a provider said; what matters is told in answers and in the audit
    logger: { disabled: true },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      maxPasswordLength: 200,
      password: { hash: hashPassword, verify: verifyInSignIn },
    },
    session: {
      // of the cookie; how long the session itself lives is the verb's to say
      expiresIn: sessionLongestMs / 1000,
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
    },
    account: { accountLinking: { enabled: false }, updateAccountOnSignIn: false },
    advanced: {
      useSecureCookies: false,
      database: { generateId: ({ model }) => newId(prefixes[model as keyof typeof prefixes] ?? 'ver') },
      cookies: {
        session_token: { name: sessionCookie(env), attributes: cookieAttributes(env) },
        state: { name: stateCookie(env), attributes: cookieAttributes(env) },
      },
      ipAddress: { disableIpTracking: true },
    },
    onAPIError: { throw: true, errorURL: '/sign-in' },
    plugins: [
      {
        id: 'rollcall-provider',
        init: (ctx) => ({ context: { socialProviders: [...providers, ...ctx.socialProviders] } }),
      },
    ],
  })
}
