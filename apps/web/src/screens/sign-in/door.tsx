import type { ReactNode } from 'react'
import { Mark } from '../shell/brand.tsx'
import classes from './sign-in.module.css'

/** The frame of what is seen before one is in: the name of the house, one question, what answers it. */
export function Door({ title, question, children }: { title: string; question: string; children: ReactNode }) {
  return (
    <main className={classes.room}>
      <title>{`${title} · Rollcall`}</title>
      <div className={classes.card}>
        <p className={classes.brand}>
          <Mark size={26} />
          Rollcall
        </p>
        <h1>{question}</h1>
        {children}
      </div>
      <Roll />
    </main>
  )
}

/** A fleet in outline, before the roll is called; a few have answered already. */
function Roll() {
  return (
    <svg className={classes.roll} aria-hidden="true">
      <pattern id="roll" width="266" height="190" patternUnits="userSpaceOnUse">
        {Array.from({ length: 35 }, (_, index) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: cells of a drawing
            key={index}
            x={(index % 7) * 38 + 4}
            y={Math.floor(index / 7) * 38 + 4}
            width="29"
            height="29"
            rx="5"
            data-here={[2, 9, 15, 17, 26, 32].includes(index) || undefined}
          />
        ))}
      </pattern>
      <rect width="100%" height="100%" fill="url(#roll)" />
    </svg>
  )
}
