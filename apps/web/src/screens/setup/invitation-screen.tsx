'use client'

import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useAsk } from '../sign-in/ask.ts'
import { Door } from '../sign-in/door.tsx'
import { useLinkSecret } from '../sign-in/use-link-secret.ts'
import { NewPassword, passwordProblem } from './new-password.tsx'

/** Choosing a password, by the link that an administrator gave. */
export function InvitationScreen() {
  const secret = useLinkSecret()
  const [password, setPassword] = useState('')
  const { busy, trouble, send } = useAsk()
  const problem = passwordProblem(password)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (problem === null && !busy) {
      void send('/api/auth/invitation', { secret, password }, () => window.location.replace('/'))
    }
  }
  return (
    <Door title="Choose a password" question="Choose your password.">
      {secret === '' ? (
        <Notice tone="person" shape="hand" title="The link is not complete.">
          Open it as it was given to you, with all that stands behind the #. It is good once, for 24 hours.
        </Notice>
      ) : (
        <form onSubmit={submit} aria-label="Your password">
          <NewPassword value={password} onChange={setPassword} />
          {trouble && (
            <Notice tone="bad" title={trouble.title} role="alert">
              {trouble.remedy}
            </Notice>
          )}
          <Button type="submit" look="primary" busy={busy} reason={busy ? null : problem}>
            Come in
          </Button>
        </form>
      )}
    </Door>
  )
}
