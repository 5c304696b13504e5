import type { ReactNode } from 'react'

const paths = {
  arrow: <path d="M2.5 8h11M9.5 4l4 4-4 4" />,
  chevron: <path d="M6 3.5L10.5 8 6 12.5" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.4" />
      <path d="M3.6 10.5h-.2a1 1 0 0 1-1-1V3.4a1 1 0 0 1 1-1h6.1a1 1 0 0 1 1 1v.2" />
    </>
  ),
  tick: <path d="M3 8.5l3.2 3.2L13 4.6" />,
  sun: (
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.4v1.4M8 13.2v1.4M1.4 8h1.4M13.2 8h1.4M3.3 3.3l1 1M11.7 11.7l1 1M12.7 3.3l-1 1M4.3 11.7l-1 1" />
    </>
  ),
  moon: <path d="M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7z" />,
  screen: (
    <>
      <rect x="1.8" y="2.8" width="12.4" height="8.4" rx="1.2" />
      <path d="M5.6 13.6h4.8" />
    </>
  ),
  leave: <path d="M6.4 2.6H3.6a1 1 0 0 0-1 1v8.8a1 1 0 0 0 1 1h2.8M10.2 5l3 3-3 3M13 8H6.2" />,
  person: <path d="M8 8.2a2.9 2.9 0 1 0 0-5.8 2.9 2.9 0 0 0 0 5.8zM2.6 13.8c.6-2.4 2.8-3.7 5.4-3.7s4.8 1.3 5.4 3.7" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.4" />
      <path d="M10.4 10.4l3.2 3.2" />
    </>
  ),
  out: <path d="M6.4 3.4H3.6a1 1 0 0 0-1 1v8a1 1 0 0 0 1 1h8a1 1 0 0 0 1-1V9.6M9.4 2.6h4v4M13.2 2.8L7.4 8.6" />,
  keys: (
    <>
      <rect x="1.4" y="3.8" width="13.2" height="8.4" rx="1.4" />
      <path d="M4.2 6.6v.1M6.7 6.6v.1M9.2 6.6v.1M11.8 6.6v.1M5 9.6h6" />
    </>
  ),
  plus: <path d="M8 3v10M3 8h10" />,
  close: <path d="M4 4l8 8M12 4l-8 8" />,
  grid: (
    <>
      <rect x="2.4" y="2.4" width="4.6" height="4.6" rx="0.8" />
      <rect x="9" y="2.4" width="4.6" height="4.6" rx="0.8" />
      <rect x="2.4" y="9" width="4.6" height="4.6" rx="0.8" />
      <rect x="9" y="9" width="4.6" height="4.6" rx="0.8" />
    </>
  ),
  rows: <path d="M2.4 4h11.2M2.4 8h11.2M2.4 12h11.2" />,
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof paths

/** A drawn sign. Decorative: whoever uses it alone names it with `aria-label` on the control. */
export function Icon({ name, size = 15, className }: { name: IconName; size?: number; className?: string }) {
  return (
    <svg
      aria-hidden="true"
      className={className}
      fill="none"
      height={size}
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeWidth="1.5"
      style={{ flex: 'none' }}
      viewBox="0 0 16 16"
      width={size}
    >
      {paths[name]}
    </svg>
  )
}
