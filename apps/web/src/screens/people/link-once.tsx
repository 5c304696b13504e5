'use client'

import { CopyLine } from '../../ui/copy-line.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './people.module.css'

/** The link with which somebody chooses a password, for the only time that it is shown. */
export function LinkOnce({ name, link }: { name: string; link: { url: string; expiresAt: string } }) {
  return (
    <div className={classes.once}>
      <Notice tone="person" shape="hand" role="status" title="Copy the link now: it is never shown again.">
        Give it to {name} by a way that you trust: whoever opens it first chooses the password. It is good once, until{' '}
        <Time at={link.expiresAt} />.
      </Notice>
      <CopyLine text={link.url} label="Copy the link" />
    </div>
  )
}
