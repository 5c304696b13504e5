'use client'

import type { NewTokenView } from '@rollcall/services'
import { Button } from '../../ui/button.tsx'
import { CopyLine } from '../../ui/copy-line.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Time } from '../../ui/time.tsx'
import { useOrigin } from '../shell/origin.tsx'
import classes from './tokens.module.css'

/** The token itself, for the only time, and a line to try it with. */
export function ShownOnce({ token }: { token: NewTokenView }) {
  const origin = useOrigin()
  return (
    <div className={classes.wide}>
      <Section
        title="The token"
        note={
          <>
            ends <Time at={token.expiresAt} />
          </>
        }
      >
        <div className={classes.fields}>
          <Notice tone="person" shape="hand" role="status" title="Copy it now: it is never shown again.">
            Rollcall keeps only what it can be recognised by. If it is lost, revoke it and make another.
          </Notice>
          <CopyLine text={token.token} label="Copy the token" />
        </div>
      </Section>
      <Section title="Try it">
        <div className={classes.fields}>
          <p className="dim small">In a shell that has it as ROLLCALL_TOKEN:</p>
          <CopyLine text={`curl -H "Authorization: Bearer $ROLLCALL_TOKEN" ${origin}/api/v1/environments`} />
          <div className={classes.actions}>
            <Button href="/tokens">I have copied it</Button>
          </div>
        </div>
      </Section>
    </div>
  )
}
