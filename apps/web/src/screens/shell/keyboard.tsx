'use client'

import { useLocalStorage } from '@mantine/hooks'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { helpEvent, KeyboardHelp } from './keyboard-help.tsx'

const places: Record<string, string> = { o: '/', a: '/applies', f: '/fleet', n: '/applies/new' }

/** Between g and the letter. */
const sequenceMs = 1200

const inField = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.closest('input, textarea, select, [role="combobox"], [role="dialog"]') !== null)

/** Single keys that lead somewhere. None of them changes anything, and they can be switched off. */
export function Keyboard() {
  const router = useRouter()
  const [on, setOn] = useLocalStorage({ key: 'rollcall-single-keys', defaultValue: true })
  const [helping, setHelping] = useState(false)
  const startedAt = useRef(0)

  useEffect(() => {
    const help = () => setHelping(true)
    window.addEventListener(helpEvent, help)
    return () => window.removeEventListener(helpEvent, help)
  }, [])

  useEffect(() => {
    if (!on) return
    const press = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented || inField(event.target)) return
      const inSequence = event.timeStamp - startedAt.current < sequenceMs
      startedAt.current = 0
      const place = places[event.key]
      if (inSequence && place) {
        event.preventDefault()
        router.push(place)
      } else if (event.key === 'g') startedAt.current = event.timeStamp
      else if (event.key === '?') setHelping(true)
      else if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('[data-search]')
        if (!field) return
        event.preventDefault()
        field.focus()
        field.select()
      }
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [on, router])

  return helping ? <KeyboardHelp singleKeys={on} onSingleKeys={setOn} onClose={() => setHelping(false)} /> : null
}
