'use client'

import type { AuditRow } from '@rollcall/services'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useParams } from 'next/navigation'
import { Trouble } from '../../components/trouble.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { CopyLine } from '../../ui/copy-line.tsx'
import { Nothing } from '../../ui/nothing.tsx'
import { Fact, Facts, Section } from '../../ui/section.tsx'
import { Time } from '../../ui/time.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import classes from './audit.module.css'
import { changesOf, factsOf } from './changes.ts'
import { Outcome } from './outcome.tsx'
import { subjectHref, subjectText } from './subject-link.ts'
import { viaWords } from './via.ts'

/** One row of the record, with what it changed. */
export function AuditRowScreen() {
  const { id } = useParams<{ id: string }>()
  const trpc = useTRPC()
  const query = useQuery(trpc.audit.get.queryOptions({ id }))
  const row = query.data
  if (!row) {
    return query.error ? (
      <Trouble error={query.error} retry={() => query.refetch()} what="This row of the record" />
    ) : (
      <ScreenSkeleton rows={5} />
    )
  }
  const href = subjectHref(row)
  return (
    <Page
      title={[row.action, 'Audit']}
      crumbs={[
        { href: '/audit', label: 'Audit' },
        { href: `/audit/${id}`, label: <span className="mono">{id}</span> },
      ]}
      headline={
        <>
          {row.actor.name}
          {row.outcome === 'refused' ? ' was refused ' : ': '}
          {row.action}
        </>
      }
      sub={
        <>
          <Outcome row={row} focusable />
          <span>
            {row.subject.type.replace('_', ' ')}{' '}
            {href === null ? (
              subjectText(row)
            ) : (
              <Link className="link" href={href}>
                {subjectText(row)}
              </Link>
            )}
            {row.environment !== null && <> in {row.environment}</>}
          </span>
          <span>
            <Time at={row.at} />
          </span>
        </>
      }
    >
      <div className={classes.layout}>
        <div>
          {row.reason !== null && (
            <Section title="Reason">
              <p className="wrap">{row.reason}</p>
            </Section>
          )}
          <Changes row={row} />
          <Detail row={row} />
        </div>
        <div>
          <Section title="Facts">
            <RowFacts row={row} />
          </Section>
          {row.requestId !== null && (
            <Section title="Request" note="the same id is in the log and was in the answer">
              <CopyLine text={row.requestId} />
            </Section>
          )}
        </div>
      </div>
    </Page>
  )
}

function Changes({ row: { before, after, withheld } }: { row: AuditRow }) {
  const changes = changesOf(before, after)
  if (withheld) {
    return (
      <Section title="What it was">
        <p className={classes.quiet}>It names an environment that you may not see, so what it says is left out.</p>
      </Section>
    )
  }
  if (before === null && after === null) return null
  return (
    <Section title="What changed" note={before === null ? 'it was not there before' : undefined}>
      {changes.length === 0 ? (
        <p className={classes.quiet}>Nothing: it was so before.</p>
      ) : (
        <table className={classes.changes}>
          <thead>
            <tr>
              <th scope="col">setting</th>
              <th scope="col">was</th>
              <th scope="col">is</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.name}>
                <th scope="row">{change.name}</th>
                <td>{change.before === null ? <Nothing /> : <del>{change.before}</del>}</td>
                <td>{change.after === null ? <Nothing text="gone" /> : <ins>{change.after}</ins>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}

function Detail({ row: { detail } }: { row: AuditRow }) {
  const facts = factsOf(detail)
  if (facts.length === 0) return null
  return (
    <Section title="Detail">
      <Facts>
        {facts.map(([name, text]) => (
          <Fact key={name} name={name}>
            <span className="wrap">{text}</span>
          </Fact>
        ))}
      </Facts>
    </Section>
  )
}

function RowFacts({ row }: { row: AuditRow }) {
  const { actor, subject, seal } = row
  const about = new URLSearchParams({ subjectType: subject.type, subjectId: subject.id })
  return (
    <Facts>
      <Fact name="who">
        <Link className="link" href={`/audit?${new URLSearchParams({ actor: actor.name })}`}>
          {actor.name}
        </Link>
      </Fact>
      <Fact name="which way">{viaWords(actor.via)}</Fact>
      <Fact name="proven by">{actor.credential ?? <Nothing />}</Fact>
      {actor.id !== null && (
        <Fact name="known as">
          <span className="mono">{actor.id}</span>
        </Fact>
      )}
      {subject.id !== '' && (
        <Fact name="about">
          <Link className="link mono wrap" href={`/audit?${about}`}>
            {subject.id}
          </Link>
        </Fact>
      )}
      <Fact name="sealed">
        {seal === null ? (
          <Nothing text="not yet" />
        ) : (
          <>
            as {seal.seq}, <Time at={seal.at} />
          </>
        )}
      </Fact>
    </Facts>
  )
}
