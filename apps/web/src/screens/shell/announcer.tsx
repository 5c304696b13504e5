'use client'

import { useEffect, useRef, useState } from 'react'

const listeners = new Set<(text: string) => void>()

/** Has a sentence read out when the reader pauses. */
export function announce(text: string): void {
  for (const listener of listeners) listener(text)
}

/** Reads `text` out when it changes, not when it first appears: what a page opens with is read as the page. */
export function useAnnounceChange(text: string | undefined): void {
  const before = useRef(text)
  useEffect(() => {
    if (before.current !== undefined && text !== undefined && before.current !== text) announce(text)
    before.current = text
  }, [text])
}

export function Announcer() {
  const [text, setText] = useState('')
  useEffect(() => {
    listeners.add(setText)
    return () => {
      listeners.delete(setText)
    }
  }, [])
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  )
}
