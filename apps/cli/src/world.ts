import type { Command } from 'commander'

/** What a command may touch of the world; a test hands in its own. */
export interface CliWorld {
  out: (text: string) => void
  err: (text: string) => void
  env: NodeJS.ProcessEnv
  now: () => Date
}

/** Adds one command, or one group of them, to the program. */
export type AddCommand = (program: Command, world: CliWorld) => void

export const exitCodes = { ok: 0, refused: 1, usage: 2 } as const

/** The answer is no, and everything about it has been said or is in the message: exit code 1, no stack. */
export class Refused extends Error {
  override readonly name = 'Refused'
}
