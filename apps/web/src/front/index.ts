import type { IncomingMessage, ServerResponse } from 'node:http'
import { flushRefusals } from '@rollcall/services'
import { announceSetup } from '../auth/announce-setup.ts'
import { checkEntries } from '../entries/check-entries.ts'
import { openHookReceiver } from '../hooks/receiver.ts'
import { processDeps } from '../server/context.ts'
import { logFailure } from '../server/log.ts'
import { frontEntries } from './entries.ts'
import { type Front, openFront } from './front.ts'

/** The front of this process, by its settings. Throws when an entry does not say who may use it: then nothing is served. */
export function openProcessFront(pages: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Front {
  checkEntries()
  announceSetup(processDeps).catch((error: unknown) => logFailure('start', 'the setup link', error))
  const front = openFront({ deps: processDeps, receiver: openHookReceiver(processDeps), entries: frontEntries }, pages)
  return {
    listener: front.listener,
    async close() {
      await front.close()
      await flushRefusals(await processDeps.store())
    },
  }
}
