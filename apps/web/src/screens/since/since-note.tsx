'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { plural } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './since.module.css'

/** On the first page, for whoever comes back: that something happened meanwhile. Nothing where nothing did. */
export function SinceNote() {
  const trpc = useTRPC()
  const { data } = useQuery(trpc.since.get.queryOptions({}, { staleTime: 60_000 }))
  if (data?.rule !== 'visit') return null
  const size = ({ items, more }: { items: unknown[]; more: number }) => items.length + more
  const [failed, finished, overruled] = [data.failed, data.finished, data.overridden].map(size) as [
    number,
    number,
    number,
  ]
  if (failed + finished + overruled === 0) return null
  const parts = [
    failed > 0 ? plural(failed, 'failed', 'failed') : null,
    finished > 0 ? plural(finished, 'finished', 'finished') : null,
    overruled > 0 ? `${plural(overruled, 'rule was', 'rules were')} overruled` : null,
  ].filter((part) => part !== null)
  return (
    <p className={classes.note}>
      You were last here <Time at={data.since} />: {parts.join(', ')}.{' '}
      <Link className="link" href="/since">
        See what happened
      </Link>
    </p>
  )
}
