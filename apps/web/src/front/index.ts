import type { IncomingMessage, ServerResponse } from 'node:http'
import { openHookReceiver } from '../hooks/receiver.ts'
import { processDeps } from '../server/context.ts'
import { frontEntries } from './entries.ts'
import { type Front, openFront } from './front.ts'

/** The front of this process, by its settings. */
export const openProcessFront = (pages: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Front =>
  openFront({ deps: processDeps, receiver: openHookReceiver(processDeps), entries: frontEntries }, pages)
