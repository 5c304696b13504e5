'use client'

import classes from '../../ui/copyable.module.css'
import { Hint } from '../../ui/hint.tsx'
import { Nothing } from '../../ui/nothing.tsx'
import { useCopy } from '../../ui/use-copy.ts'

/** The first twelve digits of a digest; all of it on hover and focus, and a press copies it. */
export function Digest({ digest, none = 'no tag' }: { digest: string | null; none?: string }) {
  const { copied, copy } = useCopy()
  if (digest === null) return <Nothing text={none} />
  const short = digest.replace(/^sha256:/, '').slice(0, 12)
  const label = (
    <>
      <span className={classes.full}>{digest}</span>
      <div className={classes.does}>{copied ? 'Copied.' : 'Press to copy.'}</div>
    </>
  )
  return (
    <Hint label={label}>
      {(bind) => (
        <button
          type="button"
          className={`${classes.copyable} ${classes.sha}`}
          aria-label={`digest ${short}, copy all of it`}
          onClick={() => copy(digest)}
          {...bind}
        >
          {short}
        </button>
      )}
    </Hint>
  )
}
