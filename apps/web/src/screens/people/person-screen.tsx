'use client'

import type { PersonRow } from '@rollcall/services'
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'next/navigation'
import { Trouble } from '../../components/trouble.tsx'
import { useMay } from '../../components/use-may.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Fact, Facts, Section } from '../../ui/section.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import classes from './people.module.css'
import { PersonActions } from './person-actions.tsx'
import { rolesSentence } from './role-words.tsx'
import { RolesSection } from './roles-section.tsx'
import { PersonSessions } from './sessions-section.tsx'
import { stateOf } from './state.ts'

/** One person: what they are and where, where they are signed in, and what can be done about it. */
export function PersonScreen() {
  const { id } = useParams<{ id: string }>()
  const trpc = useTRPC()
  const query = useQuery(trpc.people.get.queryOptions({ id }, polled))
  const may = useMay('people.manage', 'everywhere')
  const person = query.data
  if (!person) {
    return query.error ? (
      <Trouble error={query.error} retry={() => query.refetch()} what="This person" />
    ) : (
      <ScreenSkeleton rows={6} />
    )
  }
  return (
    <Page
      title={[person.name, 'People']}
      crumbs={[
        { href: '/people', label: 'People' },
        { href: `/people/${id}`, label: person.name },
      ]}
      headline={headlineOf(person)}
      aside={<PersonActions person={person} />}
    >
      <Section title="Who it is">
        <div className={classes.narrow}>
          <Facts>
            <Fact name="e-mail">{person.email}</Fact>
            <Fact name="comes in">
              <Status {...stateOf(person)} focusable />
            </Fact>
            <Fact name="added">
              <Time at={person.createdAt} />
            </Fact>
            <Fact name="last seen">{person.seenAt === null ? 'never' : <Time at={person.seenAt} />}</Fact>
          </Facts>
        </div>
      </Section>
      <RolesSection key={JSON.stringify(person.roles)} person={person} />
      {may.allowed && <PersonSessions person={person} />}
    </Page>
  )
}

function headlineOf({ name, roles, providerRoles, disabledAt }: PersonRow): string {
  if (disabledAt !== null) return `${name} is disabled and cannot come in.`
  const held = [...roles, ...providerRoles]
  return held.length === 0 ? `${name} has no role, so nothing lets them in.` : `${name} is ${rolesSentence(held)}.`
}
