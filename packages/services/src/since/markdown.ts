import type { SinceItem, SinceSection, SinceView } from './views.ts'

/** What Markdown takes for more than text in the middle of a line, HTML included. */
const special = /[\\`*_[\]<>&|~]/g

/** Text of somebody else's on one line, as text and nothing else: no link, no markup, nobody called by an @. */
const plain = (text: string): string =>
  text
    .replaceAll('\0', '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(special, (sign) => `\\${sign}`)
    // what becomes a link by itself
    .replace(/:(?=\/\/)|(?<=www)\./gi, (sign) => `\\${sign}`)
    .replaceAll('@', '@\u200b')

const minute = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

/** For a chat or a ticket: what stands on the screen, as Markdown. `linkOf` leads to what a line is about; null: nowhere. */
export function sinceMarkdown(view: SinceView, linkOf: (item: SinceItem) => string | null): string {
  const line = (item: SinceItem) => {
    const link = linkOf(item)
    const what = link === null ? plain(item.text) : `[${plain(item.text)}](<${link}>)`
    const where = item.environment === null ? '' : ` · ${plain(item.environment)}`
    const who = item.by === null ? '' : ` · ${plain(item.by)}`
    const why = item.reason === null ? '' : `: “${plain(item.reason)}”`
    return `- ${minute(item.at)} · ${what}${where}${who}${why}`
  }
  const part = (title: string, { items, more }: SinceSection, empty: string, after: string[] = []) => [
    `## ${title}`,
    '',
    ...(items.length === 0 && after.length === 0 ? [empty] : items.map(line)),
    ...(more > 0 ? [`- and ${more} more`] : []),
    ...after,
    '',
  ]
  const others = view.waitsForOthers > 0 ? [`- ${view.waitsForOthers} more for somebody else`] : []
  const refused = view.refused.map(
    ({ actor, action, times }) => `- ${plain(actor)} was refused ${plain(action)}${times > 1 ? ` ${times} times` : ''}`,
  )
  return [
    `# Since ${minute(view.since)}`,
    '',
    `As of ${minute(view.asOf)}, for ${plain(view.person)}.`,
    '',
    ...part('Waits for you', view.waits, 'Nothing.', others),
    ...part('Failed', view.failed, 'Nothing.'),
    ...part('Overruled', view.overridden, 'Nothing.', refused),
    ...part('Finished', view.finished, 'Nothing.'),
    ...part('Happens next', view.next, 'Nothing is planned.'),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
}
