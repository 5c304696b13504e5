'use client'

import { TextInput } from '@mantine/core'
import type { Capability } from '@rollcall/rollout'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { PermittedButton } from '../../components/permitted.tsx'
import { troubleOf } from '../../components/trouble.tsx'
import { useLive } from '../../live/live-room.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Page } from '../shell/page.tsx'
import { type Allowance, AllowanceFields } from './allowance-fields.tsx'
import { ShownOnce } from './shown-once.tsx'
import classes from './tokens.module.css'

const lives = [
  { value: '8', label: '8 hours' },
  { value: '168', label: '7 days' },
  { value: '720', label: '30 days' },
  { value: '2160', label: '90 days' },
  { value: '8784', label: '366 days' },
]

const crumbs = [
  { href: '/tokens', label: 'Tokens' },
  { href: '/tokens/new', label: 'New' },
]

/** What a token is for, what it may do, where and for how long; then the token, once. */
export function NewTokenScreen() {
  const trpc = useTRPC()
  const { news } = useLive()
  const [name, setName] = useState('')
  const [hours, setHours] = useState('720')
  const [allowance, setAllowance] = useState<Allowance>({
    capabilities: new Set<Capability>(['read']),
    environments: [],
  })
  const create = useMutation(trpc.tokens.create.mutationOptions({ onSettled: news }))
  if (create.data) {
    return (
      <Page title={['New token', 'Tokens']} crumbs={crumbs} headline={`${create.data.name} can come in.`}>
        <ShownOnce token={create.data} />
      </Page>
    )
  }
  const { capabilities, environments } = allowance
  const problem =
    name.trim() === ''
      ? 'Say what it is for first.'
      : capabilities.size === 0
        ? 'Choose what it may do.'
        : environments !== 'everywhere' && environments.length === 0
          ? 'Choose an environment, or everywhere.'
          : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (problem !== null || create.isPending) return
    create.mutate({
      name: name.trim(),
      capabilities: [...capabilities],
      environments: environments === 'everywhere' ? environments : [...environments],
      expiresInHours: Number(hours),
    })
  }
  return (
    <Page title={['New token', 'Tokens']} crumbs={crumbs} headline="A token lets a machine in as you.">
      <form className={classes.wide} onSubmit={submit} aria-label="The token">
        <Section title="What it is for">
          <div className={classes.fields}>
            <TextInput
              label="Name"
              description="Where it will lie, or who uses it: it stands in the record beside all that it does."
              placeholder="nightly sweep on build-7"
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          </div>
        </Section>
        <AllowanceFields {...allowance} onChange={(change) => setAllowance({ ...allowance, ...change })} />
        <Section title="For how long">
          <div className={classes.fields}>
            <Choice label="For how long" value={hours} options={lives} onChange={setHours} />
            {create.error && (
              <Notice tone="bad" title={troubleOf(create.error).message} role="alert">
                {troubleOf(create.error).remedy}
              </Notice>
            )}
            <div className={classes.actions}>
              <PermittedButton
                type="submit"
                needs="token.create"
                where="anywhere"
                look="primary"
                busy={create.isPending}
                reason={problem}
              >
                Make the token
              </PermittedButton>
              <Button href="/tokens">Leave it</Button>
            </div>
          </div>
        </Section>
      </form>
    </Page>
  )
}
