import { type AuditVerdict, verifyAudit } from '@rollcall/services'
import type { Command } from 'commander'
import { withDatabase } from '../database.ts'
import { type CliWorld, Refused } from '../world.ts'

export function addAudit(program: Command, world: CliWorld): void {
  const audit = program.command('audit').description('the record of who did what')
  audit
    .command('verify')
    .description('read the whole audit and its chain, and name the first row that was tampered with')
    .option('--anchor <number:hash>', 'what an earlier run printed: proves that the end was not cut off')
    .option('--json', 'the verdict as JSON')
    .addHelpText('after', '\nExit codes: 0 the chain holds · 1 it does not, or could not be read · 2 not understood')
    .action(async ({ anchor, json }: { anchor?: string; json?: boolean }) => {
      const verdict = await withDatabase(world, (ctx) => verifyAudit(ctx, { anchor }))
      world.out(json ? `${JSON.stringify(verdict, null, 2)}\n` : told(verdict))
      if (!verdict.ok) throw new Refused('The audit does not hold.')
    })
}

function told({ first, sealed, unsealed, anchor }: AuditVerdict): string {
  const lines = first
    ? [first.text, ...(first.fault === 'anchor' ? [] : [`${upTo(first)}, ${rows(sealed)} as when sealed.`])]
    : sealed > 0
      ? [`The chain holds: ${rows(sealed)} as when sealed.`]
      : ['Nothing is sealed yet.']
  if (unsealed > 0) {
    const them =
      unsealed === 1 ? '1 row is newer and not sealed yet' : `${count(unsealed)} rows are newer and not sealed yet`
    lines.push(`${them}: a worker seals what is new within seconds, as long as one runs.`)
  }
  if (anchor && !first) lines.push('Note this somewhere else, and give it to a later run with --anchor:', `  ${anchor}`)
  return `${lines.join('\n')}\n`
}

/** A row that came in between does not break the chain. */
const upTo = ({ fault }: NonNullable<AuditVerdict['first']>) => (fault === 'inserted' ? 'Of the chain' : 'Up to there')

const count = (n: number) => n.toLocaleString('en-US')
const rows = (n: number) => (n === 1 ? '1 row is' : `${count(n)} rows are`)
