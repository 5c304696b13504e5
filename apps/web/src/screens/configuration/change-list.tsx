import type { ConfigurationChange, ConfigurationDiff } from '@rollcall/services'
import { Notice } from '../../ui/notice.tsx'
import type { ShapeName } from '../../ui/shapes.tsx'
import { Status } from '../../ui/status.tsx'
import classes from './configuration.module.css'

const shapes = { added: 'ahead', removed: 'slash', changed: 'again' } as const satisfies Record<
  ConfigurationChange['kind'],
  ShapeName
>

interface ChangeListProps {
  /** As it comes over the wire, where a value of any kind may be missing. */
  diff: Omit<ConfigurationDiff, 'changes'> & {
    changes: (Pick<ConfigurationChange, 'path' | 'kind'> & { before?: unknown; after?: unknown })[]
  }
}

/** What an import would change, field by field, and what it would leave alone. */
export function ChangeList({ diff: { changes, leftAlone, notKept } }: ChangeListProps) {
  return (
    <div className={classes.diff} aria-live="polite">
      {changes.length === 0 ? (
        <Notice tone="none" shape="check" title="Nothing would change: this is what runs already." role="status" />
      ) : (
        <ul className={classes.changes} aria-label="Changes">
          {changes.map(({ path, kind, before, after }) => (
            <li key={`${path} ${kind}`}>
              <Status tone="none" shape={shapes[kind]} word={kind} />
              <span className="mono wrap">{path}</span>
              <span className={classes.values}>
                {before != null && <del>{shown(before)}</del>}
                {after != null && <ins>{shown(after)}</ins>}
              </span>
            </li>
          ))}
        </ul>
      )}
      {leftAlone.length > 0 && (
        <ul className={classes.left} aria-label="Left alone">
          {leftAlone.map(({ field, message }) => (
            <li key={field} className="dim small">
              {message}
            </li>
          ))}
        </ul>
      )}
      {notKept.length > 0 && (
        <p className="dim small">
          {notKept.join(', ')}: read for the rules of a manifest, and not kept here. They belong to the repository.
        </p>
      )}
    </div>
  )
}

/** On a few lines at most; the whole of it stands in the file. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 240 ? `${text.slice(0, 239)}…` : text
}
