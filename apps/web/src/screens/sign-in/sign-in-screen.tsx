'use client'

import { useEffect, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useAsk } from './ask.ts'
import { Door } from './door.tsx'
import { nextPath } from './next-path.ts'
import { PasswordForm } from './password-form.tsx'
import { refusalWords } from './refusals.ts'
import classes from './sign-in.module.css'
import { TokenForm } from './token-form.tsx'

/** How one can come in here, as the server says it; until it is known, as if all of it were possible. */
interface Ways {
  provider: string | null
  operatorToken: boolean
  setup: boolean
}

const next = () => nextPath(new URLSearchParams(window.location.search).get('next'), window.location.origin)

/** A whole new page, so that nothing of the signed-out one is left in memory. */
const goOn = () => window.location.replace(next())

/**
 * With a password, through the provider, or with the operator token: from its field, or at once from the fragment of the
 * address (`#token`), which never reaches a server or its log and is cleared before anything else happens.
 */
export function SignInScreen() {
  const [ways, setWays] = useState<Ways | null>(null)
  const { busy, trouble, send, setTrouble } = useAsk()

  useEffect(() => {
    fetch('/api/auth/ways')
      .then((answer) => (answer.ok ? answer.json() : null))
      .then((told: Ways | null) => setWays(told))
      .catch(() => {})
    const refused = refusalWords(new URLSearchParams(window.location.search).get('refused'))
    if (refused !== null) setTrouble(refused)
    const given = window.location.hash.slice(1).replace(/^token=/, '')
    if (given === '') return
    window.history.replaceState(null, '', window.location.pathname + window.location.search)
    void send('/api/session', { token: given }, goOn)
  }, [send, setTrouble])

  const provider = ways?.provider ?? null
  return (
    <Door title="Sign in" question="Who calls the roll?">
      <div className={classes.ways}>
        {ways?.setup && (
          <Notice tone="person" shape="hand" title="There is no administrator yet.">
            The last start printed a link, which ends in /setup#… Open it to make the first administrator.
          </Notice>
        )}
        {trouble && (
          <Notice tone="bad" title={trouble.title} role="alert">
            {trouble.remedy}
          </Notice>
        )}
        {provider !== null && (
          <Button
            look="primary"
            busy={busy}
            onClick={() =>
              void send('/api/auth/sign-in/provider', { next: next() }, ({ url }) =>
                window.location.assign(String(url)),
              )
            }
          >
            Sign in with {provider}
          </Button>
        )}
        <PasswordForm
          primary={provider === null}
          busy={busy}
          onSubmit={(given) => void send('/api/auth/sign-in/email', { ...given }, goOn)}
        />
        {ways?.operatorToken && (
          <TokenForm busy={busy} onSubmit={(token) => void send('/api/session', { token }, goOn)} />
        )}
      </div>
    </Door>
  )
}
