import type { AddCommand } from '../world.ts'
import { addAudit } from './audit.ts'
import { addSecrets } from './secrets.ts'

/** Every command of `rollcall`, in the order in which help lists them. A new one is a file here and a line. */
export const commands: readonly AddCommand[] = [addAudit, addSecrets]
