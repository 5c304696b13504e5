'use client'

import type { SinceView } from '@rollcall/services'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useMemo } from 'react'
import { Trouble } from '../../components/trouble.tsx'
import { countWord, plural } from '../../format/count.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Time } from '../../ui/time.tsx'
import { useCopy } from '../../ui/use-copy.ts'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import classes from './since.module.css'
import { SinceItems } from './since-items.tsx'
import { sinceOf, spanLabels, spans } from './spans.ts'

/** What finished, failed, was overruled, waits for the one who reads, and happens next. */
export function SinceScreen() {
  const trpc = useTRPC()
  const [span, setSpan] = useQueryState('span', parseAsStringLiteral(spans).withDefault('left'))
  const input = useMemo(() => {
    const since = sinceOf(span, Date.now())
    return since === undefined ? {} : { since }
  }, [span])
  const query = useQuery(trpc.since.get.queryOptions(input, { ...polled, placeholderData: keepPreviousData }))
  const { copied, copy } = useCopy()
  const view = query.data
  if (!view) {
    return query.error ? <Trouble error={query.error} retry={() => query.refetch()} /> : <ScreenSkeleton rows={8} />
  }
  return (
    <Page
      title={['Since you left']}
      headline={headlineOf(view)}
      sub={
        <span>
          {view.rule === 'visit' ? 'You were last here ' : view.rule === 'day' ? 'The last 24 hours, since ' : 'Since '}
          <Time at={view.since} />
        </span>
      }
      aside={
        <Button onClick={() => copy(view.markdown)}>
          <span aria-live="polite">{copied ? 'Copied' : 'Copy as Markdown'}</span>
        </Button>
      }
    >
      <div className={classes.span}>
        <Choice
          look="switch"
          label="Since when"
          value={span}
          onChange={(value) => setSpan(spans.find((one) => one === value) ?? 'left')}
          options={spans.map((value) => ({ value, label: spanLabels[value] }))}
        />
      </div>
      <SinceItems
        title="Waits for you"
        section={view.waits}
        empty="Nothing waits for you."
        after={
          view.waitsForOthers > 0 && (
            <li className={classes.quiet}>
              {plural(view.waitsForOthers, 'more waits', 'more wait')} for somebody else: you may not decide it.
            </li>
          )
        }
      />
      <SinceItems title="Failed" section={view.failed} empty="Nothing failed." />
      <SinceItems
        title="Overruled"
        section={view.overridden}
        empty="No rule was overruled."
        after={view.refused.length > 0 && <Refused refused={view.refused} />}
      />
      <SinceItems title="Finished" section={view.finished} empty="Nothing came to its end." />
      <SinceItems title="Happens next" section={view.next} empty="Nothing is planned." />
    </Page>
  )
}

function Refused({ refused }: Pick<SinceView, 'refused'>) {
  return refused.map(({ actor, action, times }) => (
    <li key={`${actor} ${action}`} className={classes.refused}>
      <Link className="link" href={`/audit?${new URLSearchParams({ outcome: 'refused', actor, action })}`}>
        {actor} was refused {action}
      </Link>
      {times > 1 && <span className={classes.quiet}> {plural(times, 'time')}</span>}
    </li>
  ))
}

function headlineOf({ waits, failed, finished, quiet }: SinceView): string {
  if (quiet) return 'Nothing happened, and nothing waits for you.'
  const size = ({ items, more }: SinceView['waits']) => items.length + more
  const parts = [
    size(failed) > 0 ? `${countWord(size(failed))} failed` : null,
    size(finished) > 0 ? `${countWord(size(finished))} finished` : null,
    size(waits) > 0 ? `${countWord(size(waits))} ${size(waits) === 1 ? 'waits' : 'wait'} for you` : null,
  ].filter((part) => part !== null)
  const text = parts.length > 0 ? parts.join(', ') : 'nothing failed or finished'
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
