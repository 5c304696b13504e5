import { type ReactNode, useId } from 'react'
import classes from './section.module.css'

interface SectionProps {
  title: ReactNode
  children: ReactNode
  /** Beside the title in a quieter voice: a count, or when this was last true. */
  note?: ReactNode
  /** At the far end of the title's line: links and switches of this section. */
  aside?: ReactNode
  id?: string
}

/** One part of a page: a hairline, its name, what it holds. No box around it. */
export function Section({ title, children, note, aside, id }: SectionProps) {
  const titleId = useId()
  return (
    <section className={classes.section} aria-labelledby={titleId} id={id}>
      <header className={classes.head}>
        <h2 id={titleId}>{title}</h2>
        {note != null && <span className={classes.note}>{note}</span>}
        {aside != null && <div className={classes.aside}>{aside}</div>}
      </header>
      {children}
    </section>
  )
}

/** Names and values, value at the right edge. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
