'use client'

import { TextInput } from '@mantine/core'
import type { RoleHeld } from '@rollcall/services'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { PermittedButton } from '../../components/permitted.tsx'
import { troubleOf } from '../../components/trouble.tsx'
import { useMay } from '../../components/use-may.ts'
import { useLive } from '../../live/live-room.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Page } from '../shell/page.tsx'
import { LinkOnce } from './link-once.tsx'
import classes from './people.module.css'
import { RoleMatrix } from './role-matrix.tsx'

const crumbs = [
  { href: '/people', label: 'People' },
  { href: '/people/new', label: 'New' },
]

/** A name, an address and roles; then the link with which they come in, once. */
export function NewPersonScreen() {
  const trpc = useTRPC()
  const { news } = useLive()
  const may = useMay('people.manage', 'everywhere')
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [roles, setRoles] = useState<RoleHeld[]>([])
  const add = useMutation(trpc.people.add.mutationOptions({ onSettled: news }))
  if (add.data) {
    const { person, link } = add.data
    return (
      <Page title={['New person', 'People']} crumbs={crumbs} headline={`${person.name} can come in with a link.`}>
        <Section title="The link">
          <LinkOnce name={person.name} link={link} />
          <div className={classes.actions}>
            <Button href="/people">I have copied it</Button>
            <Button href={`/people/${person.id}`}>See {person.name}</Button>
          </div>
        </Section>
      </Page>
    )
  }
  const problem =
    name.trim() === ''
      ? 'Enter a name first.'
      : email.trim() === ''
        ? 'Enter an e-mail address first.'
        : roles.length === 0
          ? 'Choose at least one role: without any there is nothing to see.'
          : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (may.allowed && problem === null && !add.isPending) add.mutate({ name: name.trim(), email: email.trim(), roles })
  }
  return (
    <Page
      title={['New person', 'People']}
      crumbs={crumbs}
      headline="Whoever is added gets a link to choose a password."
    >
      <form className={classes.wide} onSubmit={submit} aria-label="The person">
        <Section title="Who it is">
          <div className={classes.fields}>
            <TextInput
              label="Name"
              description="It stands in the record beside all that they do."
              autoComplete="off"
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label="E-mail address"
              description="They sign in with it; nothing is sent there."
              type="email"
              autoComplete="off"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
          </div>
        </Section>
        <Section title="What they are">
          <RoleMatrix value={roles} onChange={setRoles} reason={may.why} />
          {add.error && (
            <Notice tone="bad" title={troubleOf(add.error).message} role="alert">
              {troubleOf(add.error).remedy}
            </Notice>
          )}
          <div className={classes.actions}>
            <PermittedButton
              type="submit"
              needs="people.manage"
              where="everywhere"
              look="primary"
              busy={add.isPending}
              reason={problem}
            >
              Add the person
            </PermittedButton>
            <Button href="/people">Leave it</Button>
          </div>
        </Section>
      </form>
    </Page>
  )
}
