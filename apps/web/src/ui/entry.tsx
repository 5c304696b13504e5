import type { ReactNode } from 'react'
import classes from './entry.module.css'

interface EntryProps {
  name: ReactNode
  /** what it is, in a line beside the name */
  about?: ReactNode
  status?: ReactNode
  /** buttons, at the end of the line */
  verbs?: ReactNode
  children: ReactNode
}

/** One of a short list of things that are told at length. Stands in a list. */
export function Entry({ name, about, status, verbs, children }: EntryProps) {
  return (
    <li className={classes.entry}>
      <div className={classes.head}>
        <span className={classes.name}>{name}</span>
        {about && <span className={classes.about}>{about}</span>}
        {status}
        {verbs && <div className={classes.verbs}>{verbs}</div>}
      </div>
      {children}
    </li>
  )
}
