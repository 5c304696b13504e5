import type { CellMark } from '../../components/vocabulary.ts'

const marks: Record<CellMark, React.ReactNode> = {
  quiet: <rect x="1" y="1" width="10" height="10" rx="1.5" opacity="0.42" />,
  full: <rect x="1" y="1" width="10" height="10" rx="1.5" />,
  ring: <rect x="2" y="2" width="8" height="8" rx="1.5" fill="none" stroke="currentColor" strokeWidth="2" />,
  dot: <circle cx="6" cy="6" r="2.2" />,
  split: <path d="M1 11V1h10z" />,
  hole: <path d="M1 1h10v10H1zM4 4v4h4V4z" fillRule="evenodd" />,
  up: <path d="M6 1l5.2 10H.8z" />,
  bar: <rect x="1" y="4.4" width="10" height="3.2" rx="0.6" />,
  frame: <rect x="1.8" y="1.8" width="8.4" height="8.4" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  cross: <path d="M1 3l2-2 3 3 3-3 2 2-3 3 3 3-2 2-3-3-3 3-2-2 3-3z" />,
}

/** A cell of the fleet's grid, as it is drawn there. */
export function CellSwatch({ mark }: { mark: CellMark }) {
  return (
    <svg aria-hidden="true" width="12" height="12" viewBox="0 0 12 12" fill="currentColor">
      {marks[mark]}
    </svg>
  )
}
