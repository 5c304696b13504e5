import type { ReactNode } from 'react'
import { Hint } from './hint.tsx'
import { Shape, type ShapeName } from './shapes.tsx'
import classes from './status.module.css'
import { type Tone, toneClass } from './tone.ts'

export interface StatusProps {
  tone: Tone
  shape: ShapeName
  word: ReactNode
  /** One sentence that says what the word means. */
  sentence?: string
  /** Stands after the word in the same tone, such as how long. */
  detail?: ReactNode
  /** Reachable by keyboard, for the one status a page is about. In lists the word stands alone and the help has the sentence. */
  focusable?: boolean
}

/** A status is a shape, a word and a tone, always together. */
export function Status({ tone, shape, word, sentence, detail, focusable = false }: StatusProps) {
  const className = `${classes.status} ${toneClass(tone)}`
  const content = (
    <>
      <Shape name={shape} />
      <span>
        {word}
        {detail != null && <span className={classes.detail}> {detail}</span>}
      </span>
    </>
  )
  if (!sentence) return <span className={className}>{content}</span>
  return (
    <Hint label={sentence}>
      {(bind) =>
        focusable ? (
          <button type="button" className={className} {...bind}>
            {content}
            <span className="visually-hidden">: {sentence}</span>
          </button>
        ) : (
          <span className={className} {...bind}>
            {content}
          </span>
        )
      }
    </Hint>
  )
}
