import type { Refusal } from '../../trpc/error.ts'
import { Notice } from '../../ui/notice.tsx'
import classes from './configuration.module.css'

interface ProblemListProps {
  problems: Refusal['details']
  onLine: (line: number) => void
}

/** Everything that is wrong with a file, in the order in which to correct it. */
export function ProblemList({ problems, onLine }: ProblemListProps) {
  return (
    <Notice
      tone="bad"
      role="alert"
      title={`Nothing was imported: ${problems.length === 1 ? 'there is one problem' : `there are ${problems.length} problems`}.`}
    >
      <ol className={classes.problems}>
        {problems.map(({ message, remedy, line }) => (
          <li key={message}>
            {line != null && (
              <button type="button" onClick={() => onLine(line)}>
                line {line}
              </button>
            )}
            <span className="wrap">{message}</span>
            {remedy && <span className="dim">{remedy}</span>}
          </li>
        ))}
      </ol>
    </Notice>
  )
}
