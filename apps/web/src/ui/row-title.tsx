import Link from 'next/link'
import type { ReactNode } from 'react'
import classes from './row-title.module.css'

/** The first cell of a row: what it is, which leads to all of it, and the sentence that says how it stands. */
export function RowTitle({ href, sentence, children }: { href: string; sentence: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.what}>
      <Link className={`row-link ${classes.title}`} href={href} prefetch={false}>
        {children}
      </Link>
      <span className={classes.sentence}>{sentence}</span>
    </div>
  )
}
