'use client'

import { useOs } from '@mantine/hooks'
import classes from './palette-button.module.css'

export const paletteEvent = 'rollcall:palette'

/** Opens the palette, and tells the keys that do. */
export function PaletteButton() {
  const apple = ['macos', 'ios'].includes(useOs())
  return (
    <button
      type="button"
      className={classes.button}
      aria-keyshortcuts="Control+K Meta+K"
      onClick={() => window.dispatchEvent(new Event(paletteEvent))}
    >
      <kbd>{apple ? '⌘K' : 'Ctrl K'}</kbd>
      <span className="visually-hidden">Go to anything</span>
    </button>
  )
}
