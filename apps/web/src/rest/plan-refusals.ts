import type { RefusalCode } from '@rollcall/rollout'

/** Why a plan is refused: because of what was asked, or because of how the fleet is at present. */
const about = {
  sha_not_full: 'input',
  fleet_empty: 'world',
  fleet_duplicate: 'world',
  selection_empty: 'input',
  selection_duplicate: 'input',
  selection_unknown: 'input',
  selection_not_enumerated: 'world',
  nothing_eligible: 'world',
  canary_unknown: 'input',
  canary_not_selected: 'input',
  canary_not_enumerated: 'world',
  batch_size_invalid: 'input',
  soak_invalid: 'input',
  max_stragglers_invalid: 'input',
  would_move_back: 'world',
  order_unknown: 'world',
} as const satisfies Record<RefusalCode, 'input' | 'world'>

/** True when no fleet would make this acceptable, so the request itself has to change. */
export function isAboutInput(code: string | undefined): boolean {
  return code !== undefined && Object.hasOwn(about, code) && about[code as RefusalCode] === 'input'
}
