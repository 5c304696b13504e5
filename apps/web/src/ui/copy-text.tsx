'use client'

import { Button } from './button.tsx'
import classes from './copy-text.module.css'
import { useCopy } from './use-copy.ts'

interface CopyTextProps {
  text: string
  /** What it is, for those who cannot see where it stands, and for the button: `Copy rollcall.yaml`. */
  name: string
}

/** A text of many lines, with a button that copies all of it. What is long is scrolled in place. */
export function CopyText({ text, name }: CopyTextProps) {
  const { copied, copy } = useCopy()
  return (
    <figure className={classes.frame}>
      <div className={classes.tools}>
        <Button small look="quiet" label={`Copy ${name}`} onClick={() => copy(text)}>
          <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label={`${name}, the text`}>
        <pre>{text}</pre>
      </section>
    </figure>
  )
}
