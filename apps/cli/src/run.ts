import { ServiceError } from '@rollcall/services'
import { Command, CommanderError } from 'commander'
import { commands } from './commands/index.ts'
import { type CliWorld, exitCodes, Refused } from './world.ts'

const version = '0.1.0'

/**
 * Runs one command and answers its exit code: 0 it is done and well · 1 it was refused, failed, or the answer is no · 2 it
 * was not understood. What went wrong is on `err`.
 */
export async function runCli(argv: readonly string[], world: CliWorld): Promise<number> {
  const program = new Command('rollcall')
    .description('Drive a release over a fleet, and call the roll: what does every tenant really run?')
    .version(version)
    .configureOutput({ writeOut: world.out, writeErr: world.err })
    .showHelpAfterError('(--help tells what there is)')
    .exitOverride()
  for (const add of commands) add(program, world)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCodes.ok
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    world.err(`${sentenceOf(error, world)}\n`)
    return error instanceof ServiceError && error.code === 'invalid' ? exitCodes.usage : exitCodes.refused
  }
}

function sentenceOf(error: unknown, { env }: CliWorld): string {
  if (error instanceof Refused) return error.message
  if (error instanceof ServiceError) return [error.message, error.remedy].filter(Boolean).join('\n')
  if (env.ROLLCALL_DEBUG && error instanceof Error) return error.stack ?? error.message
  return error instanceof Error ? error.message : String(error)
}
