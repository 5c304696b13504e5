import { processDeps } from '../server/context.ts'
import { type HookReceiver, openHookReceiver } from './receiver.ts'

/** The receiver of this process, by its settings. */
export const processReceiver = (): HookReceiver => openHookReceiver(processDeps)
