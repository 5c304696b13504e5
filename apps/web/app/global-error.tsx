'use client'

/** The last resort, when even the layout failed: no theme, no data, one way on. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body style={{ font: '16px/1.5 system-ui', margin: '15vh auto', maxWidth: 520, padding: 16 }}>
        <title>Broken · Rollcall</title>
        <h1>Rollcall could not draw this page.</h1>
        <p>Rollouts go on without it: the worker drives them. Try again, and tell the operator if it stays so.</p>
        <button type="button" onClick={reset}>
          Try again
        </button>
      </body>
    </html>
  )
}
