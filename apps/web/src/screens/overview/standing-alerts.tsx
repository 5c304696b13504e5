'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { plural } from '../../format/count.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './overview.module.css'

/** Alerts that stand, those that page somebody first; nothing at all where none does. */
export function StandingAlerts() {
  const trpc = useTRPC()
  const { data } = useQuery(trpc.alerts.list.queryOptions(undefined, polled))
  if (!data || data.items.length === 0) return null
  return (
    <Section title="Alerts" note={plural(data.items.length, 'stands', 'stand')}>
      <ul className={classes.cards}>
        {data.items.map(({ id, severity, subjectType, subjectId, text, remedy, raisedAt }) => (
          <li key={id}>
            <Notice
              tone={severity === 'page' ? 'bad' : 'person'}
              shape={severity === 'page' ? 'cross' : 'question'}
              title={text}
              actions={
                <Link className="link" href={hrefOf(subjectType, subjectId)}>
                  Look at it
                </Link>
              }
            >
              {remedy} Raised <Time at={raisedAt} />.
            </Notice>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function hrefOf(subjectType: string, subjectId: string): string {
  return subjectType === 'promotion' ? `/promotions/${subjectId}` : '/promotions'
}
