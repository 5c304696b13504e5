import type { DeliveryState } from '@rollcall/services'
import { deliveryWords } from '../../components/vocabulary.ts'
import { Status } from '../../ui/status.tsx'

export function DeliveryStatus({ state, focusable = false }: { state: DeliveryState; focusable?: boolean }) {
  return <Status {...deliveryWords[state]} focusable={focusable} />
}
