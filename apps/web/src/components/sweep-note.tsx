import { Hint } from '../ui/hint.tsx'
import { Time } from '../ui/time.tsx'

interface SweepNoteProps {
  sweptAt: string | null
  sweepOutcome: string | null
  sweepDetail: string | null
}

/** Named outcomes of a roll call; any other is a refusal or a silence of the control plane. */
const outcomeWords: Record<string, string | null> = {
  enumerated: null,
  none_found: 'the control plane named no tenant',
  not_asked: 'the list was not asked for',
}

/** When the whole fleet was last asked what it runs, and what came in the way of renewing the list of who is in it. */
export function SweepNote({ sweptAt, sweepOutcome, sweepDetail }: SweepNoteProps) {
  const known = sweepOutcome === null ? null : outcomeWords[sweepOutcome]
  const trouble = known === undefined ? `list not renewed: ${sweepOutcome?.replaceAll('_', ' ')}` : known
  return (
    <span className="small dim">
      {sweptAt === null ? (
        'never swept'
      ) : (
        <>
          swept <Time at={sweptAt} />
        </>
      )}
      {trouble && (
        <Hint label={sweepDetail ?? ''} off={!sweepDetail}>
          {(bind) => (
            <span style={{ color: 'var(--person)' }} {...bind}>
              {' · '}
              {trouble}
            </span>
          )}
        </Hint>
      )}
    </span>
  )
}
