import type { DeliveryEffect } from '@rollcall/services'
import Link from 'next/link'
import { shortSha } from '../../format/sha.ts'
import classes from './webhooks.module.css'

/** What a delivery led to, each with the way to it where there is one. */
export function EffectLinks({ effects }: { effects: readonly DeliveryEffect[] }) {
  return (
    <ul className={classes.effects}>
      {effects.map((effect) => (
        <li key={`${effect.kind} ${effect.id}`}>
          {effect.kind === 'update' ? (
            <Link className="link" href={`/updates/${effect.id}`} prefetch={false}>
              update, {effect.outcome}
            </Link>
          ) : (
            <span>
              {effect.context} of <span className="mono">{shortSha(effect.sha)}</span>: {effect.status}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
