import type { ReactNode } from 'react'
import classes from './notice.module.css'
import { Shape, type ShapeName } from './shapes.tsx'
import { type Tone, toneClass } from './tone.ts'

interface NoticeProps {
  tone: Tone
  shape?: ShapeName
  title: ReactNode
  children?: ReactNode
  actions?: ReactNode
  /** Read out when it appears: `alert` at once, `status` when there is a pause. */
  role?: 'alert' | 'status'
}

/** A sentence that must not be missed, with what to do about it. */
export function Notice({ tone, shape = 'cross', title, children, actions, role }: NoticeProps) {
  return (
    <div className={`${classes.notice} ${toneClass(tone)}`} role={role}>
      <Shape name={shape} className={classes.shape} />
      <div className={classes.body}>
        <p className={classes.title}>{title}</p>
        {children != null && <div className={classes.text}>{children}</div>}
      </div>
      {actions != null && <div className={classes.actions}>{actions}</div>}
    </div>
  )
}
