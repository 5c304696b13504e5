'use client'

import { Tooltip } from '@mantine/core'
import { type FocusEvent, type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react'
import classes from './hint.module.css'

/** Where hints are put, so that they stand in the page's main region and not beside it. */
export const hintsId = 'hints'

export interface HintBinding {
  onPointerEnter: (event: PointerEvent<HTMLElement>) => void
  onPointerLeave: () => void
  onFocus: (event: FocusEvent<HTMLElement>) => void
  onBlur: () => void
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
}

interface HintProps {
  label: ReactNode
  /** `show` opens it where nothing hovers: a finger has pressed what cannot be pressed */
  children: (bind: HintBinding, show: (target: HTMLElement) => void) => ReactNode
  /** Stay quiet, for example because there is nothing to add. */
  off?: boolean
}

/** How long a hint stands that a finger asked for; long enough to be read, and gone before it is in the way. */
const shownMs = 8_000

/**
 * More about a thing, on hover, on keyboard focus, and where it is pressed in vain; Escape puts it away, and the pointer may move onto it.
 * The floating part is only made when it is first asked for, so a table may have hundreds. It is for eyes: what it says
 * must also stand in the element's own name or description.
 */
export function Hint({ label, children, off = false }: HintProps) {
  const [target, setTarget] = useState<HTMLElement | null>(null)
  const [opened, setOpened] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const later = (open: boolean, ms: number) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setOpened(open), ms)
  }
  const show = (pressed: HTMLElement) => {
    setTarget(pressed)
    setOpened(true)
    later(false, shownMs)
  }
  const bind: HintBinding = {
    onPointerEnter: (event) => {
      if (event.pointerType === 'touch') return
      setTarget(event.currentTarget)
      later(true, 220)
    },
    onPointerLeave: () => later(false, 120),
    onFocus: (event) => {
      if (!event.currentTarget.matches(':focus-visible')) return
      setTarget(event.currentTarget)
      later(true, 0)
    },
    onBlur: () => later(false, 0),
    onKeyDown: (event) => {
      if (event.key === 'Escape' && opened) {
        event.stopPropagation()
        later(false, 0)
      }
    },
  }
  return (
    <>
      {children(bind, show)}
      {target && !off && (
        <Tooltip
          className={classes.hint}
          interactive
          label={label}
          multiline
          onPointerEnter={() => later(true, 0)}
          onPointerLeave={() => later(false, 80)}
          opened={opened}
          offset={7}
          portalProps={{ target: document.getElementById(hintsId) ?? undefined }}
          target={target}
        />
      )}
    </>
  )
}
