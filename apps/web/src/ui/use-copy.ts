'use client'

import { useEffect, useRef, useState } from 'react'

/** Copies text, and says for a moment and a half that it did. False in `copied` when the browser refused. */
export function useCopy(): { copied: boolean; copy: (text: string) => void } {
  const [copied, setCopied] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return {
    copied,
    copy: (text) => {
      const done = (worked: boolean) => {
        clearTimeout(timer.current)
        setCopied(worked)
        if (worked) timer.current = setTimeout(() => setCopied(false), 1500)
      }
      // Absent outside a secure context: over plain http on another machine there is no clipboard to write to.
      if (navigator.clipboard)
        navigator.clipboard.writeText(text).then(
          () => done(true),
          () => done(false),
        )
      else done(copyByCommand(text))
    },
  }
}

function copyByCommand(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.style.cssText = 'position:fixed;opacity:0'
  const before = document.activeElement
  document.body.append(field)
  field.select()
  const worked = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus()
  return worked
}
