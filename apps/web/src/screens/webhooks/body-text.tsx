'use client'

import { Button } from '../../ui/button.tsx'
import { useCopy } from '../../ui/use-copy.ts'
import classes from './webhooks.module.css'

/** What a sender wrote, as it wrote it. Forges write all of it in one line, so it is broken where the screen ends. */
export function BodyText({ text }: { text: string }) {
  const { copied, copy } = useCopy()
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes.body} tabIndex={0} aria-label="The body, as text">
        <pre>{text}</pre>
      </section>
      <div className={classes.pager}>
        <Button small label="Copy the body" onClick={() => copy(text)}>
          <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
        </Button>
      </div>
    </>
  )
}
