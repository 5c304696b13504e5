import type { AuditRow } from '@rollcall/services'
import { Status } from '../../ui/status.tsx'

/** Refused attempts are in the record as well, and seen as such. */
export function Outcome({ row: { outcome }, focusable = false }: { row: AuditRow; focusable?: boolean }) {
  return outcome === 'done' ? (
    <Status tone="none" shape="check" word="done" sentence="It was done." focusable={focusable} />
  ) : (
    <Status
      tone="person"
      shape="slash"
      word="refused"
      sentence="Somebody tried and was not let: nothing was changed by it."
      focusable={focusable}
    />
  )
}
