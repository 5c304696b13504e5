import type { ReactNode } from 'react'
import { CopyLine } from './copy-line.tsx'
import classes from './empty-state.module.css'

interface EmptyStateProps {
  title: string
  children?: ReactNode
  /** The next step as a line for a terminal. */
  line?: string
  actions?: ReactNode
}

/** Nothing here yet: why, and the next step to take. */
export function EmptyState({ title, children, line, actions }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      <span className={classes.mark} aria-hidden="true">
        <i />
        <i />
        <i />
        <i />
        <i />
        <i />
      </span>
      <div className={classes.body}>
        <p className={classes.title}>{title}</p>
        {children != null && <div className={classes.text}>{children}</div>}
        {line !== undefined && <CopyLine text={line} />}
        {actions != null && <div className={classes.actions}>{actions}</div>}
      </div>
    </div>
  )
}
