'use client'

import { useLocalStorage } from '@mantine/hooks'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { helpEvent, KeyboardHelp } from './keyboard-help.tsx'
import { Palette } from './palette.tsx'
import { paletteEvent } from './palette-button.tsx'

const places: Record<string, string> = {
  o: '/',
  a: '/applies',
  f: '/fleet',
  c: '/components',
  u: '/updates',
  p: '/promotions',
  w: '/webhooks',
  e: '/people',
  t: '/tokens',
  s: '/secrets',
  l: '/since',
  d: '/audit',
  n: '/applies/new',
}

/** Between g and the letter. */
const sequenceMs = 1200

const inField = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.closest('input, textarea, select, [role="combobox"], [role="dialog"]') !== null)

/** Single keys that lead somewhere. None of them changes anything, and they can be switched off. */
export function Keyboard() {
  const router = useRouter()
  const [on, setOn] = useLocalStorage({ key: 'rollcall-single-keys', defaultValue: true })
  const [open, setOpen] = useState<'help' | 'palette' | null>(null)
  const startedAt = useRef(0)

  useEffect(() => {
    const help = () => setOpen('help')
    const palette = () => setOpen('palette')
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return
      event.preventDefault()
      setOpen((known) => (known === 'palette' ? null : 'palette'))
    }
    window.addEventListener(helpEvent, help)
    window.addEventListener(paletteEvent, palette)
    window.addEventListener('keydown', press)
    return () => {
      window.removeEventListener(helpEvent, help)
      window.removeEventListener(paletteEvent, palette)
      window.removeEventListener('keydown', press)
    }
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
      else if (event.key === '?') setOpen('help')
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

  const close = () => setOpen(null)
  if (open === 'palette') return <Palette onClose={close} />
  return open === 'help' ? <KeyboardHelp singleKeys={on} onSingleKeys={setOn} onClose={close} /> : null
}
