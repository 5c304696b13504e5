import type { PersonRow } from '@rollcall/services'
import type { StatusProps } from '../../ui/status.tsx'

/** How somebody comes in, or why not, as a status. */
export function stateOf({ disabledAt, comesIn, invitedUntil }: PersonRow): StatusProps {
  if (disabledAt !== null) return { tone: 'none', shape: 'slash', word: 'disabled' }
  if (comesIn === 'provider') return { tone: 'none', shape: 'check', word: 'by the provider' }
  if (comesIn === 'password') return { tone: 'none', shape: 'check', word: 'with a password' }
  return invitedUntil === null
    ? { tone: 'person', shape: 'hand', word: 'link expired' }
    : { tone: 'person', shape: 'clock', word: 'has a link' }
}
