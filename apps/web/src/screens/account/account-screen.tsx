'use client'

import { Trouble } from '../../components/trouble.tsx'
import { useAccount } from '../../components/use-may.ts'
import { Fact, Facts, Section } from '../../ui/section.tsx'
import people from '../people/people.module.css'
import { rolesSentence } from '../people/role-words.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { OwnSessions } from './own-sessions.tsx'
import { PasswordSection } from './password-section.tsx'

/** Oneself: who one is here, the own password, and where one is signed in. */
export function AccountScreen() {
  const query = useAccount()
  const account = query.data
  if (!account) {
    return query.error ? <Trouble error={query.error} retry={() => query.refetch()} /> : <ScreenSkeleton rows={5} />
  }
  return (
    <Page title={['Account']} headline={`You are signed in as ${account.name}.`}>
      <Section title="Who you are">
        <div className={people.narrow}>
          <Facts>
            <Fact name="name">{account.name}</Fact>
            <Fact name="e-mail">{account.email ?? 'none: this is the operator token'}</Fact>
            <Fact name="roles">{account.roles.length === 0 ? 'none' : rolesSentence(account.roles)}</Fact>
          </Facts>
        </div>
      </Section>
      {account.hasPassword && <PasswordSection />}
      <OwnSessions />
    </Page>
  )
}
