'use client'

import { capabilities, ciForges } from '@rollcall/rollout'
import type { TrustView } from '@rollcall/services'
import { CopyText } from '../../ui/copy-text.tsx'
import { Entry } from '../../ui/entry.tsx'
import { Fact, Facts } from '../../ui/section.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { placesText } from './places-text.ts'
import { snippetOf } from './snippets.ts'
import classes from './tokens.module.css'
import { TrustActions } from './trust-actions.tsx'
import { inOrder } from './trust-form-state.ts'

/** One trust: whom it lets in, for what, and a workflow that comes in by it. */
export function Trust({ trust, origin }: { trust: TrustView; origin: string }) {
  const { name, issuer, forge, claims, state, minutes, lastUsedAt, keys } = trust
  return (
    <Entry
      name={name}
      about={
        <>
          {forge === null ? 'issuer' : ciForges[forge].label} · <span className="mono">{issuer}</span>
        </>
      }
      status={state === 'disabled' && <Status tone="person" shape="pause" word="disabled" />}
      verbs={<TrustActions trust={trust} />}
    >
      <div className={classes.columns}>
        <Facts>
          {inOrder(claims).map(([claim, wanted]) => (
            <Fact key={claim} name={claim}>
              <span className="mono">{wanted}</span>
            </Fact>
          ))}
          <Fact name="written for">
            <span className="mono">{trust.audience ?? origin}</span>
          </Fact>
        </Facts>
        <Facts>
          <Fact name="may">{trust.capabilities.map((capability) => capabilities[capability].words).join(', ')}</Fact>
          <Fact name="where">{placesText(trust)}</Fact>
          <Fact name="for">{minutes} min</Fact>
          <Fact name="last came in">{lastUsedAt === null ? 'never' : <Time at={lastUsedAt} />}</Fact>
          {keys !== null && <Fact name="keys">given by hand</Fact>}
        </Facts>
      </div>
      <details className={classes.more}>
        <summary>A workflow that comes in by it</summary>
        <CopyText name={`a workflow for ${name}`} text={snippetOf(forge, origin, trust.audience ?? origin)} />
      </details>
    </Entry>
  )
}
