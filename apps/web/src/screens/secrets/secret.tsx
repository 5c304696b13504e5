'use client'

import type { SecretView } from '@rollcall/services'
import { useState } from 'react'
import { PermittedButton } from '../../components/permitted.tsx'
import { Entry } from '../../ui/entry.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Fact, Facts } from '../../ui/section.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { AllowOrigin } from './allow-origin.tsx'
import { ClearSecret } from './clear-secret.tsx'
import { DisallowOrigin } from './disallow-origin.tsx'
import classes from './secrets.module.css'
import { SetSecret } from './set-secret.tsx'
import { deniedOf, hostOf, statusOf, usersOf } from './words.ts'

type Asking =
  | { what: 'set' }
  | { what: 'clear' }
  | { what: 'allow'; origin: string | null }
  | { what: 'disallow'; origin: string }

/** One name: its state, where it may go, who uses it, what waits, and what can be done. */
export function Secret({ secret }: { secret: SecretView }) {
  const { name, value, setAt, setBy, boundTo, waiting } = secret
  const [asking, setAsking] = useState<Asking | null>(null)
  const close = () => setAsking(null)
  const users = usersOf(secret)
  const act = { needs: 'secret.manage', where: 'everywhere', small: true } as const
  return (
    <Entry name={<span className="mono">{name}</span>} status={<Status {...statusOf(secret)} />}>
      {waiting.map((sentence) => (
        <Notice key={sentence} tone="person" shape="hand" title={sentence} />
      ))}
      <Facts>
        <Fact name="sent to">
          {boundTo.length === 0 ? (
            'nobody'
          ) : (
            <ul className={classes.origins}>
              {boundTo.map(({ origin, at, by }) => (
                <li key={origin}>
                  <span className="mono">{origin}</span>{' '}
                  <span className={classes.quiet}>
                    said by {by} <Time at={at} />
                  </span>{' '}
                  <PermittedButton
                    {...act}
                    look="quiet"
                    label={`Send ${name} to ${hostOf(origin)} no longer`}
                    onClick={() => setAsking({ what: 'disallow', origin })}
                  >
                    No longer…
                  </PermittedButton>
                </li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact name="used by">{users.length === 0 ? 'nothing' : users.join(', ')}</Fact>
        {setAt !== null && (
          <Fact name="set">
            <Time at={setAt} /> by {setBy}
          </Fact>
        )}
      </Facts>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div className={classes.actions} role="group" aria-label={`What can be done about ${name}`}>
        {deniedOf(secret).map((origin) => (
          <PermittedButton
            key={origin}
            {...act}
            look={value === 'missing' ? 'plain' : 'primary'}
            onClick={() => setAsking({ what: 'allow', origin })}
          >
            Allow {hostOf(origin)}…
          </PermittedButton>
        ))}
        <PermittedButton
          {...act}
          look={value === 'missing' ? 'primary' : 'plain'}
          label={`${value === 'stored' ? 'Replace' : 'Set'} ${name}`}
          onClick={() => setAsking({ what: 'set' })}
        >
          {value === 'stored' ? 'Replace…' : 'Set…'}
        </PermittedButton>
        <PermittedButton
          {...act}
          label={`Allow another host for ${name}`}
          onClick={() => setAsking({ what: 'allow', origin: null })}
        >
          Allow another host…
        </PermittedButton>
        {value === 'stored' && (
          <PermittedButton {...act} label={`Clear ${name}`} onClick={() => setAsking({ what: 'clear' })}>
            Clear…
          </PermittedButton>
        )}
      </div>
      {asking?.what === 'set' && <SetSecret secret={secret} onClose={close} />}
      {asking?.what === 'clear' && <ClearSecret secret={secret} onClose={close} />}
      {asking?.what === 'allow' && <AllowOrigin name={name} origin={asking.origin} onClose={close} />}
      {asking?.what === 'disallow' && <DisallowOrigin secret={secret} origin={asking.origin} onClose={close} />}
    </Entry>
  )
}
