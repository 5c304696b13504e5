'use client'

import type { UpdateView } from '@rollcall/services'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useParams } from 'next/navigation'
import { Arrow } from '../../components/build.tsx'
import { UpdateStatus } from '../../components/state.tsx'
import { Told } from '../../components/told.tsx'
import { Trouble } from '../../components/trouble.tsx'
import { updateWords } from '../../components/vocabulary.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Fact, Facts, Section } from '../../ui/section.tsx'
import { Sha } from '../../ui/sha.tsx'
import { Time } from '../../ui/time.tsx'
import { useAnnounceChange } from '../shell/announcer.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { RunLink } from '../updates/updates-table.tsx'
import { FourFacts } from './four-facts.tsx'
import { SlotChange } from './slot-change.tsx'
import classes from './update.module.css'
import { UpdateActions } from './update-actions.tsx'

/** One external update: its four facts, what it did to the slot, what refused or holds it, and what can be done. */
export function UpdateScreen() {
  const { id } = useParams<{ id: string }>()
  const trpc = useTRPC()
  const query = useQuery(trpc.updates.get.queryOptions({ id }, polled))
  const update = query.data
  useAnnounceChange(update?.headline)
  if (!update) {
    return query.error ? (
      <Trouble error={query.error} retry={() => query.refetch()} what="This update" />
    ) : (
      <ScreenSkeleton rows={5} />
    )
  }
  const name = update.version ?? update.sha.slice(0, 7)
  return (
    <Page
      title={[updateWords[update.state].word, `${update.deploy_name} ${name}`]}
      crumbs={[
        { href: '/updates', label: 'Updates' },
        { href: `/updates/${update.id}`, label: <span className="mono">{update.id}</span> },
      ]}
      headline={<Told text={update.headline} />}
      sub={
        <>
          <UpdateStatus state={update.state} focusable />
          <span>
            {update.deploy_name} {update.version} <Sha sha={update.sha} /> <Arrow /> {update.environment}
          </span>
          <span>
            received <Time at={update.receivedAt} />
          </span>
        </>
      }
      aside={<UpdateActions update={update} />}
    >
      {update.waitsFor && (
        <p className={classes.waits}>
          <Told text={update.waitsFor.text} />
        </p>
      )}
      {update.refusal && <Refusal update={update} />}
      <FourFacts update={update} />
      <SlotChange update={update} />
      <Section title="Why" note="the rule that decides">
        <ul className={classes.because}>
          {update.because.map(({ rule, text }) => (
            <li key={rule}>
              <Told text={text} /> <span className={`${classes.note} mono`}>{rule}</span>
            </li>
          ))}
          {update.notices.map((notice) => (
            <li key={notice}>{noticeTexts[notice] ?? notice.replaceAll('_', ' ')}</li>
          ))}
        </ul>
      </Section>
      <Section title="How it came">
        <Facts>
          <Fact name="from">{update.source_repo}</Fact>
          <Fact name="by">
            {update.receivedBy}, {viaWords[update.via] ?? update.via}
          </Fact>
          <Fact name="run">
            <RunLink run={update.run} />
            {update.run_id !== null && (
              <Link className="link" href={`/updates?run=${encodeURIComponent(update.run_id)}`}>
                {' '}
                all of that run
              </Link>
            )}
          </Fact>
          {update.reason !== null && <Fact name="reason">{update.reason}</Fact>}
          {update.sameAs !== null && <Other name="recorded already by" id={update.sameAs} />}
          {update.supersededBy !== null && <Other name="superseded by" id={update.supersededBy} />}
        </Facts>
      </Section>
    </Page>
  )
}

function Refusal({ update: { refusal, state } }: { update: UpdateView }) {
  if (refusal === null) return null
  return (
    <div className={classes.refusal}>
      <Notice
        tone={state === 'refused' ? 'bad' : 'none'}
        shape={state === 'refused' ? 'slash' : 'overtaken'}
        title={refusal.message}
      >
        {refusal.remedy} <span className="mono">{refusal.rule}</span>
        {refusal.field !== null && (
          <>
            , field <span className="mono">{refusal.field}</span>
          </>
        )}
      </Notice>
    </div>
  )
}

function Other({ name, id }: { name: string; id: string }) {
  return (
    <Fact name={name}>
      <Button small look="quiet" href={`/updates/${id}`}>
        that update
      </Button>
    </Fact>
  )
}

const noticeTexts: Readonly<Record<string, string>> = {
  order_unknown: 'Whether it is newer than what was recorded before is not known.',
  downgrade: 'It is older than what was recorded before, and that was wanted.',
  forced: 'The same commit was recorded again, because somebody forced it.',
}

const viaWords: Readonly<Record<string, string>> = {
  api: 'through the API',
  hook: 'by a webhook',
  ui: 'on screen',
  rollback: 'as a rollback',
}
