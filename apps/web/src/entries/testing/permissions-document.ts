import { capabilities, capabilityNames, roleNames, roles } from '@rollcall/rollout'
import { accessWords } from '../../server/access.ts'
import type { Entry } from '../all-entries.ts'

const row = (...cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n')

const kinds: readonly [Entry['kind'][], string][] = [
  [['rest'], 'The API for machines'],
  [['query', 'mutation', 'subscription'], 'What the screens ask'],
  [['path', 'hook'], 'Other paths'],
]

const capabilityWords = ({ words, awaits }: { words: string; awaits?: string }) =>
  awaits === undefined ? words : `${words} (there are no ${awaits} yet: nothing asks for it)`

/** docs/permissions.md, from the roles of the core and the entries of the process; nothing in it is written by hand. */
export function permissionsDocument(entries: readonly Entry[]): string {
  return `# Who may do what

Made from the roles and from the entries of the running process, which does not start when one of them does not say who
may use it. A test holds this page to them.

A person has roles, each everywhere or in one environment; a person of several roles may do what any of them may. A token
has capabilities of its own, and never does more than whoever it belongs to may do at that moment. What a role gives in
one environment it gives there alone; what belongs to no environment is only given by a role that is held everywhere.

What would outlive a token is done by no token, whatever it was given: with people.manage it can keep people out and end
their sessions, but adds, invites and enables nobody and gives no role; nor does it make tokens or trusts. Nobody gives
what they do not have.

Lists, counts and streams show of what belongs to environments only those that may be read; what is in another one is for
whoever asks as if it were not there. Of other people a person sees names, roles, e-mail addresses and when they were
here; a token sees people only with people.manage.

What follows by itself from the configuration (the apply after a promotion, the deploy of an update that opted in) is
decided by whoever imports the configuration, and needs nothing more from the one who sets it off; and where its policy
needs an approval, nobody opens an apply without one. Retrying goes on with the plan that was opened, with what was
overruled then.

## Roles

${table(
  ['role', 'what it is for'],
  roleNames.map((role) => [role, roles[role].words]),
)}

## Capabilities

${table(
  ['capability', 'you may …', 'held', ...roleNames],
  capabilityNames.map((name) => [
    `\`${name}\``,
    capabilityWords(capabilities[name]),
    capabilities[name].where === 'environment' ? 'per environment' : 'everywhere or not at all',
    ...roleNames.map((role) => ((roles[role].capabilities as readonly string[]).includes(name) ? 'yes' : '')),
  ]),
)}

## Entries

${kinds
  .map(([kinds, title]) => {
    const rows = entries
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ name, access }) => [`\`${name}\``, access ? accessWords(access) : 'nobody'])
    return `### ${title}\n\n${table(['entry', 'who'], rows)}`
  })
  .join('\n\n')}
`
}
