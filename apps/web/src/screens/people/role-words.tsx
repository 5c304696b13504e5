import type { RoleHeld } from '@rollcall/services'
import { Nothing } from '../../ui/nothing.tsx'

/** `admin` everywhere, or `releaser in production`: what somebody is, in one line. */
export function RoleWords({ roles }: { roles: readonly RoleHeld[] }) {
  if (roles.length === 0) return <Nothing text="no role" />
  return <>{rolesSentence(roles)}</>
}

export const rolesSentence = (roles: readonly RoleHeld[]): string =>
  roles.map(({ role, environment }) => (environment === null ? role : `${role} in ${environment}`)).join(', ')
