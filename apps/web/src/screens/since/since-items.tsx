import type { SinceItem, SinceSection } from '@rollcall/services'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { formatCount } from '../../format/count.ts'
import { Section } from '../../ui/section.tsx'
import { Time } from '../../ui/time.tsx'
import { hrefOf } from './href-of.ts'
import classes from './since.module.css'

interface SinceItemsProps {
  title: string
  section: SinceSection
  /** what stands where there is nothing */
  empty: string
  /** more of it, after the lines */
  after?: ReactNode
}

/** One part of what happened: a line for each, with when, where and who. */
export function SinceItems({ title, section: { items, more }, empty, after }: SinceItemsProps) {
  const count = items.length + more
  return (
    <Section title={title} note={count > 0 ? formatCount(count) : undefined}>
      {count === 0 && !after ? (
        <p className={classes.quiet}>{empty}</p>
      ) : (
        <ul>
          {items.map((item) => (
            <Line key={`${item.at} ${item.subject.type} ${item.subject.id} ${item.text}`} item={item} />
          ))}
          {more > 0 && <li className={classes.quiet}>and {formatCount(more)} more</li>}
          {after}
        </ul>
      )}
    </Section>
  )
}

function Line({ item }: { item: SinceItem }) {
  return (
    <li className={classes.line}>
      <span className={classes.when}>
        <Time at={item.at} quiet />
      </span>
      <span className={classes.what}>
        <Link className={classes.text} href={hrefOf(item)} prefetch={false}>
          {item.text}
        </Link>
        {item.reason !== null && <span className={classes.quiet}>“{item.reason}”</span>}
      </span>
      <span className={classes.quiet}>{[item.environment, item.by].filter((part) => part !== null).join(' · ')}</span>
    </li>
  )
}
