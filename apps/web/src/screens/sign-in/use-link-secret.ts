import { useEffect, useState } from 'react'

/**
 * What stands behind the # of the address that was opened: kept by the page and taken out of the address, which may be
 * seen and is remembered. Null until it is read; empty when there was nothing.
 */
export function useLinkSecret(): string | null {
  const [secret, setSecret] = useState<string | null>(null)
  useEffect(() => {
    const given = window.location.hash.slice(1)
    // a second look, as React takes one while one develops, finds the address cleared
    setSecret((known) => (known === null || given !== '' ? given : known))
    if (given !== '') window.history.replaceState(null, '', window.location.pathname)
  }, [])
  return secret
}
