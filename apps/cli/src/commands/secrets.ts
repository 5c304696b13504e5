import path from 'node:path'
import { type RotationView, readSecretKeys, rotateSecrets } from '@rollcall/services'
import type { Command } from 'commander'
import { withDatabase } from '../database.ts'
import { type CliWorld, Refused } from '../world.ts'

export function addSecrets(program: Command, world: CliWorld): void {
  const secrets = program.command('secrets').description('what is stored encrypted')
  secrets
    .command('rotate')
    .description('encrypt every stored secret anew that is under an older key than the current one')
    .option('--json', 'what was done as JSON')
    .addHelpText(
      'after',
      '\nThe current key is ROLLCALL_SECRET_KEY or the file of ROLLCALL_SECRET_KEY_FILE (by default secret.key in ROLLCALL_HOME),\nthe older one ROLLCALL_SECRET_KEY_PREVIOUS. Give both to the web process and the workers first, then rotate, then take\nthe older one away.\n\nExit codes: 0 everything is under the current key · 1 something is not · 2 not understood',
    )
    .action(async ({ json }: { json?: boolean }) => {
      const keys = keysOf(world)
      const told = await withDatabase(world, (ctx) => rotateSecrets({ ...ctx, keys }))
      world.out(json ? `${JSON.stringify(told, null, 2)}\n` : inWords(told))
      if (told.unreadable.length + told.left.length > 0) throw new Refused('Not everything could be encrypted anew.')
    })
}

/** As `npm start` does it: its home has a key where the environment names none. */
function keysOf({ env }: CliWorld): ReturnType<typeof readSecretKeys> {
  const { ROLLCALL_SECRET_KEY, ROLLCALL_SECRET_KEY_FILE, ROLLCALL_HOME } = env
  const isSaid = ROLLCALL_SECRET_KEY || ROLLCALL_SECRET_KEY_FILE || !ROLLCALL_HOME
  const own = isSaid ? {} : { ROLLCALL_SECRET_KEY_FILE: path.join(ROLLCALL_HOME, 'secret.key') }
  try {
    return readSecretKeys({ ...env, ...own })
  } catch (error) {
    throw new Refused((error as Error).message)
  }
}

function inWords({ keyId, rotated, kept, unreadable, left }: RotationView): string {
  const lines = [`The current key is ${keyId}.`]
  if (rotated.length > 0) lines.push(`Encrypted anew: ${rotated.join(', ')}`)
  if (kept.length > 0) lines.push(`Under it already: ${kept.join(', ')}`)
  if (unreadable.length > 0)
    lines.push(
      `Under a key that is not here: ${unreadable.join(', ')}`,
      'Give that key as ROLLCALL_SECRET_KEY_PREVIOUS, or set these anew.',
    )
  if (left.length > 0)
    lines.push(
      `Stored under another key again and again while this ran: ${left.join(', ')}`,
      'Give the current key to every process of Rollcall, and rotate once more.',
    )
  if (rotated.length + kept.length + unreadable.length + left.length === 0) lines.push('Nothing is stored.')
  return `${lines.join('\n')}\n`
}
