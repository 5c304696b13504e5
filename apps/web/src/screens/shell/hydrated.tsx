'use client'

import { type ReactNode, useSyncExternalStore } from 'react'

const never = () => () => {}

/**
 * Shows `fallback` until the page is React's, then `children`. A screen that is hydrated late would otherwise meet
 * answers that came in the meantime (the rail asks the same question) and differ from the page that the server sent.
 */
export function Hydrated({ fallback, children }: { fallback: ReactNode; children: ReactNode }) {
  const isHydrated = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  return isHydrated ? children : fallback
}
