import type { Receiver } from '@rollcall/services'
import type { Deps } from '../server/context.ts'
import { hookSecret } from './endpoint-book.ts'

/** What this process knows as the one that receives webhooks. Of a secret, only whether there is one. */
export function receiverOf(deps: Deps): Receiver {
  return { baseUrl: deps.env().baseUrl.href, isSet: (name) => hookSecret(name) !== null }
}
