import { type Capability, capabilityNames, type Rights, type Role, rightsOf, roleNames, roles } from '@rollcall/rollout'
import type { Principal } from '../../server/principal.ts'
import { testOrigin } from '../../server/testing/deps.ts'

/** Somebody who asks: what they send, and what that gives them; null: it gives nothing any more, or never did. */
export interface Identity {
  name: string
  by: 'session' | 'token'
  headers: Record<string, string>
  rights: Rights | null
}

const known = new Map<string, Principal>()

/** Who these headers are, for the door of the tests. */
export function whoIs(headers: Headers, by: Principal['by']): Principal | null {
  const proof = by === 'token' ? headers.get('authorization') : headers.get('cookie')
  return (proof !== null && known.get(proof)) || null
}

function introduce(name: string, by: Principal['by'], rights: Rights | null): Identity {
  const proof = `Bearer ${name}`
  const id = `${by === 'token' ? 'tok' : 'usr'}_${known.size}`
  if (rights !== null) known.set(proof, { id, name, by, credential: by, rights })
  const headers: Record<string, string> =
    by === 'token' ? { authorization: proof } : { cookie: proof, origin: testOrigin, 'sec-fetch-site': 'same-origin' }
  return { name, by, headers, rights }
}

const bys = ['session', 'token'] as const

/** Nobody, each role everywhere and in one environment, and who was let in once, each with a session and with a token. */
export function identities(environmentId: string): Identity[] {
  const held = (role: Role, where: string | null) =>
    rightsOf([{ capabilities: roles[role].capabilities, environmentId: where }])
  return bys.flatMap((by) => [
    { ...introduce('nobody', by, null), headers: {} },
    introduce(`revoked ${by}`, by, null),
    ...roleNames.flatMap((role) => [
      introduce(`${role} everywhere, by ${by}`, by, held(role, null)),
      introduce(`${role} in one environment, by ${by}`, by, held(role, environmentId)),
    ]),
    introduce(`no role, by ${by}`, by, new Map()),
  ])
}

/** One person, who comes with a session to pages and with a token to the API of machines. */
export function person(name: string, rights: Rights): Identity & { tokenHeaders: Record<string, string> } {
  const { headers } = introduce(`${name}'s token`, 'token', rights)
  return { ...introduce(name, 'session', rights), tokenHeaders: headers }
}

/** A token that may do one thing everywhere. */
export const withOnly = (capability: Capability): Identity =>
  introduce(`only ${capability}`, 'token', rightsOf([{ capabilities: [capability], environmentId: null }]))

/** A token that may do everything but one thing. */
export const without = (capability: Capability): Identity =>
  introduce(
    `all but ${capability}`,
    'token',
    rightsOf([{ capabilities: capabilityNames.filter((name) => name !== capability), environmentId: null }]),
  )
