import classes from './bar.module.css'
import { type Tone, toneClass } from './tone.ts'

export interface Segment {
  key: string
  label: string
  count: number
  tone: Tone
  /** Drawn pale: what is normal, or has not begun. */
  quiet?: boolean
}

/** Up to here each one gets its own cell, so that small fleets can be counted by eye. */
const cellLimit = 60

interface BarProps {
  segments: readonly Segment[]
  height?: 'thin' | 'normal'
  /** What is counted, for the spoken form: `tenants`. */
  of: string
}

/**
 * A whole in its parts, in the order given; empty parts are left out, and a part that exists is never too thin to see.
 * Read aloud as its counts.
 */
export function Bar({ segments, height = 'normal', of }: BarProps) {
  const shown = segments.filter((segment) => segment.count > 0)
  const total = shown.reduce((sum, segment) => sum + segment.count, 0)
  const spoken =
    total === 0
      ? `No ${of}`
      : `${shown.map((segment) => `${segment.count} ${segment.label}`).join(', ')}, of ${total} ${of}`
  const cells = total <= cellLimit
  return (
    <div className={classes.bar} data-height={height} data-cells={cells || undefined} role="img" aria-label={spoken}>
      {shown.map((segment) =>
        cells ? (
          Array.from({ length: segment.count }, (_, index) => (
            <i
              // biome-ignore lint/suspicious/noArrayIndexKey: the cells of a part are alike and only counted
              key={`${segment.key}-${index}`}
              className={toneClass(segment.tone)}
              data-quiet={segment.quiet || undefined}
            />
          ))
        ) : (
          <i
            key={segment.key}
            className={toneClass(segment.tone)}
            data-quiet={segment.quiet || undefined}
            style={{ flexGrow: segment.count }}
          />
        ),
      )}
    </div>
  )
}
