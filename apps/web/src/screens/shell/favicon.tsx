'use client'

import { useEffect } from 'react'
import { useWaitingForPerson } from './use-waiting.ts'

/** The tab's icon gets an amber dot while an apply waits for a person. */
export function Favicon() {
  const waiting = useWaitingForPerson() > 0
  useEffect(() => {
    for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel="icon"]')) {
      link.href = waiting ? '/icon-person.svg' : '/icon.svg'
    }
  }, [waiting])
  return null
}
