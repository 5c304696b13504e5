'use client'

import { type ReactNode, useEffect, useState } from 'react'
import { createPortal } from 'react-dom'

export const stripSlotId = 'strip-slot'

/** Puts a screen's own switch, such as the environment, at the start of the strip. */
export function InStrip({ children }: { children: ReactNode }) {
  const [slot, setSlot] = useState<HTMLElement | null>(null)
  useEffect(() => setSlot(document.getElementById(stripSlotId)), [])
  return slot ? createPortal(children, slot) : null
}
