'use client'

import { PasswordInput } from '@mantine/core'
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Mark } from '../shell/brand.tsx'
import { nextPath } from './next-path.ts'
import classes from './sign-in.module.css'

interface Trouble {
  title: string
  remedy: string | null
}

/**
 * Takes the operator token from the field, or at once from the fragment of the address (`#token`), which never reaches
 * a server or its log and is cleared before anything else happens.
 */
export function SignInScreen() {
  const [token, setToken] = useState('')
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const field = useRef<HTMLInputElement>(null)

  const signIn = useCallback(async (secret: string) => {
    setBusy(true)
    setTrouble(null)
    const refusal = await openSession(secret)
    if (refusal === null) {
      const next = new URLSearchParams(window.location.search).get('next')
      // A whole new page, so that nothing of the signed-out one is left in memory.
      window.location.replace(nextPath(next, window.location.origin))
      return
    }
    setBusy(false)
    setTrouble(refusal)
    field.current?.focus()
  }, [])

  useEffect(() => {
    const given = window.location.hash.slice(1).replace(/^token=/, '')
    if (given === '') return
    window.history.replaceState(null, '', window.location.pathname + window.location.search)
    void signIn(given)
  }, [signIn])

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token.trim() !== '' && !busy) void signIn(token.trim())
  }
  return (
    <main className={classes.room}>
      <title>Sign in · Rollcall</title>
      <div className={classes.card}>
        <p className={classes.brand}>
          <Mark size={26} />
          Rollcall
        </p>
        <h1>Who calls the roll?</h1>
        <form onSubmit={submit}>
          <PasswordInput
            ref={field}
            label="Operator token"
            description="It was printed at the start, or stands in ROLLCALL_TOKEN."
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            autoComplete="current-password"
            autoFocus
            required
            error={trouble !== null}
          />
          {trouble && (
            <Notice tone="bad" title={trouble.title} role="alert">
              {trouble.remedy}
            </Notice>
          )}
          <Button
            type="submit"
            look="primary"
            busy={busy}
            reason={token.trim() === '' && !busy ? 'Enter the token first.' : null}
          >
            Sign in
          </Button>
        </form>
      </div>
      <Roll />
    </main>
  )
}

/** A fleet in outline, before the roll is called; a few have answered already. */
function Roll() {
  return (
    <svg className={classes.roll} aria-hidden="true">
      <pattern id="roll" width="266" height="190" patternUnits="userSpaceOnUse">
        {Array.from({ length: 35 }, (_, index) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: cells of a drawing
            key={index}
            x={(index % 7) * 38 + 4}
            y={Math.floor(index / 7) * 38 + 4}
            width="29"
            height="29"
            rx="5"
            data-here={[2, 9, 15, 17, 26, 32].includes(index) || undefined}
          />
        ))}
      </pattern>
      <rect width="100%" height="100%" fill="url(#roll)" />
    </svg>
  )
}

async function openSession(token: string): Promise<Trouble | null> {
  try {
    const answer = await fetch('/api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
    if (answer.ok) return null
    const problem = (await answer.json().catch(() => null)) as {
      title?: string
      detail?: string
      remedy?: string
    } | null
    return {
      title: problem?.detail ?? problem?.title ?? `Rollcall refused with ${answer.status}.`,
      remedy: problem?.remedy ?? null,
    }
  } catch {
    return { title: 'Rollcall does not answer.', remedy: 'Is it running? Try again in a moment.' }
  }
}
