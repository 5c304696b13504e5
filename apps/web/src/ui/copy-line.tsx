'use client'

import classes from './copyable.module.css'
import { Icon } from './icons.tsx'
import { useCopy } from './use-copy.ts'

/** A line for a terminal, with a button that copies it. */
export function CopyLine({ text, label = 'Copy' }: { text: string; label?: string }) {
  const { copied, copy } = useCopy()
  return (
    <div className={classes.line}>
      <code>{text}</code>
      <button type="button" onClick={() => copy(text)}>
        <Icon name={copied ? 'tick' : 'copy'} size={14} />
        <span aria-live="polite">{copied ? 'Copied' : label}</span>
      </button>
    </div>
  )
}
