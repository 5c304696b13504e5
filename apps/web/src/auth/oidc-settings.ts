import { isRole, roleNames } from '@rollcall/rollout'
import type { RoleHeld } from '@rollcall/services'
import { z } from 'zod'

/** The provider through which people may come in, as the environment of the process names it. */
export interface OidcSettings {
  issuer: URL
  clientId: string
  /** null: a client that keeps no secret, which PKCE alone protects */
  clientSecret: string | null
  /** what the button says */
  name: string
  groupsClaim: string
  /** group → what its members are; `*` is everybody whom the provider lets in */
  roles: ReadonlyMap<string, readonly RoleHeld[]>
}

const names = ['ISSUER', 'CLIENT_ID', 'CLIENT_SECRET', 'NAME', 'GROUPS_CLAIM', 'ROLES'] as const

type Variable = `ROLLCALL_OIDC_${(typeof names)[number]}`
type Given = Partial<Record<Variable, string>>

const variables: readonly Variable[] = names.map((name) => `ROLLCALL_OIDC_${name}` as const)

/** The shape of the variables, for the one error that names all that cannot be used. */
export const oidcShape = z.object(
  Object.fromEntries(variables.map((name) => [name, z.string().optional()])) as Record<
    Variable,
    z.ZodOptional<z.ZodString>
  >,
)

export const oidcWanted: Record<Variable, string> = {
  ROLLCALL_OIDC_ISSUER:
    'the https address of the provider, exactly as it names itself; with ROLLCALL_OIDC_CLIENT_ID and ROLLCALL_OIDC_ROLES',
  ROLLCALL_OIDC_CLIENT_ID: 'what the provider calls this Rollcall',
  ROLLCALL_OIDC_CLIENT_SECRET: 'what the provider gave with the client id, or unset',
  ROLLCALL_OIDC_NAME: 'what the button for the provider says',
  ROLLCALL_OIDC_GROUPS_CLAIM: 'the claim with the groups (default groups)',
  ROLLCALL_OIDC_ROLES: `what groups are, as platform-admins=admin, sre=releaser@production, *=viewer; roles are ${roleNames.join(', ')}`,
}

/** The settings; null: there is no provider. Answers the names of the variables that cannot be used as a list. */
export function readOidc(given: Given): OidcSettings | null | Variable[] {
  if (variables.every((name) => given[name] === undefined)) return null
  const issuer = issuerOf(given.ROLLCALL_OIDC_ISSUER)
  const roles = rolesOf(given.ROLLCALL_OIDC_ROLES)
  const clientId = given.ROLLCALL_OIDC_CLIENT_ID
  if (issuer === null || roles === null || !clientId) {
    return [
      ...(issuer === null ? ['ROLLCALL_OIDC_ISSUER' as const] : []),
      ...(clientId ? [] : ['ROLLCALL_OIDC_CLIENT_ID' as const]),
      ...(roles === null ? ['ROLLCALL_OIDC_ROLES' as const] : []),
    ]
  }
  return {
    issuer,
    clientId,
    clientSecret: given.ROLLCALL_OIDC_CLIENT_SECRET ?? null,
    name: given.ROLLCALL_OIDC_NAME ?? issuer.hostname,
    groupsClaim: given.ROLLCALL_OIDC_GROUPS_CLAIM ?? 'groups',
    roles,
  }
}

const thisMachine = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Without TLS anybody on the way could say who somebody is: only for a provider on this machine. */
function issuerOf(text: string | undefined): URL | null {
  if (text === undefined || !URL.canParse(text)) return null
  const url = new URL(text)
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && thisMachine.has(url.hostname))
  return safe && url.search === '' && url.hash === '' && url.username === '' && url.password === '' ? url : null
}

function rolesOf(text: string | undefined): Map<string, RoleHeld[]> | null {
  const found = new Map<string, RoleHeld[]>()
  for (const part of (text ?? '').split(',').map((one) => one.trim())) {
    if (part === '') continue
    const at = part.lastIndexOf('=')
    const group = part.slice(0, at).trim()
    const [role = '', environment, ...rest] = part
      .slice(at + 1)
      .trim()
      .split('@')
    if (at < 1 || group === '' || !isRole(role) || rest.length > 0) return null
    if (environment !== undefined && !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(environment)) return null
    found.set(group, [...(found.get(group) ?? []), { role, environment: environment ?? null }])
  }
  return found.size === 0 ? null : found
}

/** What the groups of somebody come to. A claim may be a list or a single name; anything else is no group. */
export function rolesOfGroups(settings: Pick<OidcSettings, 'roles'>, claim: unknown): RoleHeld[] {
  const groups = typeof claim === 'string' ? [claim] : Array.isArray(claim) ? claim : []
  const named = new Set(groups.filter((group): group is string => typeof group === 'string').slice(0, 2_000))
  return [...settings.roles].flatMap(([group, roles]) => (group === '*' || named.has(group) ? roles : []))
}
