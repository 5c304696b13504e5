import { z } from 'zod'
import { type OidcSettings, oidcShape, oidcWanted, readOidc } from './auth/oidc-settings.ts'
import { reachVariable, readReach } from './auth/reach.ts'
import { parseTrustedProxies, type TrustedProxies } from './server/client-address.ts'

const printable = /^[\x21-\x7e]+$/

const shape = z.object({
  DATABASE_URL: z.string().min(1),
  ROLLCALL_TOKEN: z.string().min(16).max(512).regex(printable).optional(),
  ROLLCALL_SESSION_SECRET: z.string().min(32),
  ROLLCALL_BASE_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:3000'),
  ROLLCALL_BUILD_SHA: z
    .string()
    .regex(/^[0-9a-f]{40}$/i)
    .or(z.literal('dev'))
    .catch('dev'),
  ROLLCALL_TRUSTED_PROXIES: z.string().default('').transform(asProxies),
  [reachVariable]: z.string().default('').transform(asReach),
  ROLLCALL_SETUP: z.enum(['offered']).optional(),
  ...oidcShape.shape,
})

const wanted: Record<keyof z.infer<typeof shape>, string> = {
  DATABASE_URL: 'the address of the PostgreSQL to use, as postgres://user:password@host:port/database',
  ROLLCALL_TOKEN: 'the operator token: 16 or more printable characters without spaces, or unset',
  ROLLCALL_SESSION_SECRET: 'the key that signs sessions: 32 or more random characters',
  ROLLCALL_BASE_URL: 'the address people open, such as https://rollcall.example.com',
  ROLLCALL_BUILD_SHA: 'the full sha this program was built from, or dev',
  ROLLCALL_TRUSTED_PROXIES: 'the proxies that say for whom they ask, as 10.0.0.0/8,192.0.2.7; unset: none',
  [reachVariable]: 'the private ranges that may be reached, as 10.0.0.0/8,fd00::/8; unset: none',
  ROLLCALL_SETUP: '"offered", when whoever starts this process prints the setup link, or unset',
  ...oidcWanted,
}

export interface Env {
  databaseUrl: string
  /** the operator token; null: there is none */
  token: string | null
  sessionSecret: string
  baseUrl: URL
  buildSha: string
  /** whose X-Forwarded-For is believed; see `clientAddressOf` */
  trustedProxies: TrustedProxies
  /** which addresses besides public ones the provider may have */
  reach: readonly string[]
  /** somebody else prints the link with which the first administrator is made */
  setupOffered: boolean
  /** through whom people may come in besides with a password */
  oidc: OidcSettings | null
}

/**
 * Reads the environment of the web process. Throws one error that names every variable that is missing or unusable,
 * and never repeats a value.
 */
export function readEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const parsed = shape.safeParse(given)
  const oidc = readOidc(given)
  if (!parsed.success || Array.isArray(oidc)) {
    const issues = parsed.error?.issues.map((issue) => String(issue.path[0])) ?? []
    const names = [...new Set([...issues, ...(Array.isArray(oidc) ? oidc : [])])]
    const lines = names.map((name) => `  ${name}: ${wanted[name as keyof typeof wanted]}`)
    throw new Error(`The web process cannot start without\n${lines.join('\n')}`)
  }
  const { data } = parsed
  return {
    databaseUrl: data.DATABASE_URL,
    token: data.ROLLCALL_TOKEN ?? null,
    sessionSecret: data.ROLLCALL_SESSION_SECRET,
    baseUrl: new URL(data.ROLLCALL_BASE_URL),
    buildSha: data.ROLLCALL_BUILD_SHA.toLowerCase(),
    trustedProxies: data.ROLLCALL_TRUSTED_PROXIES,
    reach: data[reachVariable],
    setupOffered: data.ROLLCALL_SETUP !== undefined,
    oidc,
  }
}

function asProxies(text: string, context: z.core.$RefinementCtx<string>): TrustedProxies {
  try {
    return parseTrustedProxies(text)
  } catch {
    context.issues.push({ code: 'custom', input: text, message: 'no list of addresses and networks' })
    return z.NEVER
  }
}

function asReach(text: string, context: z.core.$RefinementCtx<string>): readonly string[] {
  try {
    return readReach(text)
  } catch {
    context.issues.push({ code: 'custom', input: text, message: 'no list of ranges' })
    return z.NEVER
  }
}

let current: Env | null = null

/** The environment of this process, read once. Not at import: `next build` has none. */
export function env(): Env {
  current ??= readEnv(process.env)
  return current
}
