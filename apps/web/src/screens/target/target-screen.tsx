'use client'

import { useQuery } from '@tanstack/react-query'
import { useParams } from 'next/navigation'
import { Told } from '../../components/told.tsx'
import { Trouble } from '../../components/trouble.tsx'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Section } from '../../ui/section.tsx'
import { useAnnounceChange } from '../shell/announcer.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { ComponentAnswer } from './component-answer.tsx'
import classes from './target.module.css'
import { TargetOperations } from './target-operations.tsx'

/** One tenant: what it should run beside what it answers, what it ran before, and what was done to it. */
export function TargetScreen() {
  const { environment, slug } = useParams<{ environment: string; slug: string }>()
  const trpc = useTRPC()
  const query = useQuery(trpc.targets.get.queryOptions({ environment, slug }, polled))
  const target = query.data
  const headline = target && headlineOf(target.slug, target.components[0]?.current.reason)
  useAnnounceChange(headline)
  if (!target) {
    return query.error ? (
      <Trouble error={query.error} retry={() => query.refetch()} what="This tenant" />
    ) : (
      <ScreenSkeleton rows={6} />
    )
  }
  return (
    <Page
      title={[target.slug, target.environment]}
      crumbs={[
        { href: '/fleet', label: 'Fleet' },
        { href: `/fleet?environment=${target.environment}`, label: target.environment },
        { href: `/fleet/${target.environment}/${target.slug}`, label: <span className="mono">{target.slug}</span> },
      ]}
      headline={headline && <Told text={headline} />}
      sub={
        <>
          {target.url === null ? (
            <span>Nobody can be asked what runs here.</span>
          ) : (
            <a className={`link ${classes.out}`} href={target.url} target="_blank" rel="noreferrer">
              {target.url}
              <Icon name="out" size={12} />
              <span className="visually-hidden"> (opens in a new tab)</span>
            </a>
          )}
          {!target.enumerated && <span style={{ color: 'var(--person)' }}>Not in the control plane's last list.</span>}
        </>
      }
    >
      {target.components.map((component) => (
        <ComponentAnswer key={component.component} answer={component} />
      ))}
      <Section title="What was done to it" note="newest first">
        {target.operations.length === 0 ? (
          <p className="dim">No apply has touched this tenant.</p>
        ) : (
          <TargetOperations operations={target.operations} />
        )}
      </Section>
    </Page>
  )
}

/** `acme runs 9c2e2b6, as expected.` */
function headlineOf(slug: string, reason: string | undefined): string {
  if (reason === undefined) return `Nothing is known of ${slug} yet.`
  return reason.startsWith('Runs ')
    ? `${slug} ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`
    : `${slug}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`
}
