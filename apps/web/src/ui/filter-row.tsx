import type { ReactNode } from 'react'
import classes from './filter-row.module.css'

/** Above a list: the one choice that matters most, and narrower ones beside it. `label` finishes "Which …". */
export function FilterRow({ label, choice, children }: { label: string; choice: ReactNode; children: ReactNode }) {
  return (
    <search className={classes.filters} aria-label={label}>
      {choice}
      <div className={classes.selects}>{children}</div>
    </search>
  )
}
