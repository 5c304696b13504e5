'use client'

import Link from 'next/link'
import { type MouseEvent, type ReactNode, useId } from 'react'
import classes from './button.module.css'
import { Hint } from './hint.tsx'
import { Shape } from './shapes.tsx'

interface ButtonProps {
  children: ReactNode
  look?: 'primary' | 'plain' | 'danger' | 'quiet'
  onClick?: (event: MouseEvent<HTMLElement>) => void
  href?: string
  type?: 'button' | 'submit'
  /** Why it cannot be pressed now and what would make it possible. Given means disabled, yet still reachable. */
  reason?: string | null
  /** Something was asked and has not been answered yet. */
  busy?: boolean
  small?: boolean
  label?: string
}

/**
 * A button that says what it does, with the number in it. Disabled is never silent: it keeps its place in the tab order
 * and tells its reason to eyes, on hover, focus and press, and to screen readers.
 */
export function Button({
  children,
  look = 'plain',
  onClick,
  href,
  type = 'button',
  reason,
  busy = false,
  small = false,
  label,
}: ButtonProps) {
  const reasonId = useId()
  const className = `${classes.button} ${classes[look]} ${small ? classes.small : ''}`
  if (href !== undefined && !reason) {
    return (
      <Link className={className} href={href} aria-label={label} onClick={onClick}>
        {children}
      </Link>
    )
  }
  const off = Boolean(reason) || busy
  return (
    <Hint label={reason ?? ''} off={!reason}>
      {(bind, show) => (
        <button
          type={type}
          className={className}
          aria-label={label}
          aria-disabled={off || undefined}
          aria-busy={busy || undefined}
          aria-describedby={reason ? reasonId : undefined}
          data-off={reason ? true : undefined}
          onClick={(event) => {
            if (!off) return onClick?.(event)
            event.preventDefault()
            if (reason) show(event.currentTarget)
          }}
          {...bind}
        >
          {busy && (
            <span className={classes.spin}>
              <Shape name="ring" />
            </span>
          )}
          {children}
          {reason && (
            <span id={reasonId} hidden>
              {reason}
            </span>
          )}
        </button>
      )}
    </Hint>
  )
}
