'use client'

import { shortSha } from '../format/sha.ts'
import classes from './copyable.module.css'
import { Hint } from './hint.tsx'
import { Nothing } from './nothing.tsx'
import { useCopy } from './use-copy.ts'

interface ShaProps {
  sha: string | null
  /** What stands where there is none. */
  none?: string
  /** Not a control: inside a link or a dense row. */
  quiet?: boolean
}

/** The first seven characters of a commit; all of it on hover and focus, and a press copies it. */
export function Sha({ sha, none = '—', quiet = false }: ShaProps) {
  const { copied, copy } = useCopy()
  if (sha === null || sha === '') return <Nothing text={none} />
  const short = shortSha(sha)
  const label = (
    <>
      <span className={classes.full}>{sha}</span>
      {!quiet && <div className={classes.does}>{copied ? 'Copied.' : 'Press to copy.'}</div>}
    </>
  )
  return (
    <Hint label={label}>
      {(bind) =>
        quiet ? (
          <span className={classes.sha} {...bind}>
            {short}
          </span>
        ) : (
          <button
            type="button"
            className={`${classes.copyable} ${classes.sha}`}
            aria-label={`${short}, copy all of it`}
            onClick={() => copy(sha)}
            {...bind}
          >
            {short}
          </button>
        )
      }
    </Hint>
  )
}
