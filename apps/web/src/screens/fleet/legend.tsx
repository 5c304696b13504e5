'use client'

import type { Verdict } from '@rollcall/rollout'
import { verdictOrder, verdictWords } from '../../components/vocabulary.ts'
import { formatCount } from '../../format/count.ts'
import { Hint } from '../../ui/hint.tsx'
import { toneClass } from '../../ui/tone.ts'
import { CellSwatch } from './cell-swatch.tsx'
import classes from './legend.module.css'

interface LegendProps {
  verdicts: Record<Verdict, number>
  chosen: readonly Verdict[] | null
  onChange: (chosen: Verdict[] | null) => void
}

/** What the cells mean, with counts; pressing one shows only those, pressing more shows them too. */
export function Legend({ verdicts, chosen, onChange }: LegendProps) {
  const present = verdictOrder.filter((verdict) => verdicts[verdict] > 0 || chosen?.includes(verdict))
  const toggle = (verdict: Verdict) => {
    const next = chosen?.includes(verdict) ? chosen.filter((known) => known !== verdict) : [...(chosen ?? []), verdict]
    onChange(next.length > 0 ? next : null)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div className={classes.legend} role="group" aria-label="Verdicts to show">
      {present.map((verdict) => {
        const { word, tone, sentence, cell } = verdictWords[verdict]
        return (
          <Hint key={verdict} label={sentence}>
            {(bind) => (
              <button
                type="button"
                className={toneClass(tone)}
                aria-pressed={chosen?.includes(verdict) ?? false}
                data-off={(chosen !== null && !chosen.includes(verdict)) || undefined}
                onClick={() => toggle(verdict)}
                {...bind}
              >
                <CellSwatch mark={cell} />
                <span className={classes.word}>{word}</span>{' '}
                <span className={classes.count}>{formatCount(verdicts[verdict])}</span>
              </button>
            )}
          </Hint>
        )
      })}
    </div>
  )
}
