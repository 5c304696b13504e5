'use client'

import { Textarea } from '@mantine/core'
import { PermittedCheckbox } from '../../components/permitted.tsx'
import classes from './promotions.module.css'

export interface Override {
  gate: boolean
  order: boolean
  reason: string
}

export const noOverride: Override = { gate: false, order: false, reason: '' }

const reasonAtLeast = 3

/** What is sent: nothing where nothing is passed over. */
export function overrideInput({ gate, order, reason }: Override) {
  return gate || order ? { override: { gate, order, reason: reason.trim() } } : {}
}

export function reasonMissing({ gate, order, reason }: Override): string | null {
  if (!gate && !order) return null
  return reason.trim().length >= reasonAtLeast ? null : `Say why, in at least ${reasonAtLeast} characters.`
}

/** What a person may decide to pass over, and why. */
export function OverrideFields({ override, onChange }: { override: Override; onChange: (next: Override) => void }) {
  return (
    <div className={classes.passes}>
      <PermittedCheckbox
        needs="override.gate"
        where="everywhere"
        label="The gate"
        description="Promote although its checks are not green."
        checked={override.gate}
        onChange={(gate) => onChange({ ...override, gate })}
      />
      <PermittedCheckbox
        needs={['override.unknown_order', 'override.downgrade']}
        where="everywhere"
        label="The order"
        description="Promote although nobody knows whether this goes forward, or although it goes back."
        checked={override.order}
        onChange={(order) => onChange({ ...override, order })}
      />
      {(override.gate || override.order) && (
        <Textarea
          label="Why"
          description="Kept in the record, with your name."
          autosize
          minRows={2}
          maxLength={500}
          required
          value={override.reason}
          onChange={(event) => onChange({ ...override, reason: event.currentTarget.value })}
        />
      )}
    </div>
  )
}
