import type { ReactNode } from 'react'

const circle = <circle cx="8" cy="8" r="6.4" />
const dashed = <circle cx="8" cy="8" r="6.4" strokeDasharray="2.5 2.1" />

/** Sixteen-pixel shapes that carry a status next to its word. Each stays readable without its colour. */
export const shapes = {
  clock: (
    <>
      {circle}
      <path d="M8 4.6V8l2.4 1.5" />
    </>
  ),
  hand: (
    <path d="M5.2 8.2V3.7a1 1 0 0 1 2 0v3.6m0-4.4a1 1 0 0 1 2 0v4.2m0-3.2a1 1 0 0 1 2 0v4m0-2.2a1 1 0 0 1 2 0v3.9a4.6 4.6 0 0 1-8.3 2.7L2.7 9.6a1 1 0 0 1 1.5-1.2l1 1" />
  ),
  ring: (
    <>
      <circle cx="8" cy="8" r="6.4" opacity="0.28" />
      <path d="M8 1.6A6.4 6.4 0 0 1 14.4 8" />
    </>
  ),
  notched: (
    <>
      <circle cx="8" cy="8" r="6.4" opacity="0.28" />
      <path d="M8 1.6A6.4 6.4 0 0 1 14.4 8" />
      <path d="M8 5.2v3.4M8 10.9v.1" data-still />
    </>
  ),
  pause: (
    <g fill="currentColor" stroke="none">
      <rect x="3.2" y="2.6" width="3.4" height="10.8" rx="0.9" />
      <rect x="9.4" y="2.6" width="3.4" height="10.8" rx="0.9" />
    </g>
  ),
  square: <rect x="3.4" y="3.4" width="9.2" height="9.2" rx="1.4" />,
  slash: (
    <>
      {circle}
      <path d="M3.6 12.4l8.8-8.8" />
    </>
  ),
  overtaken: <path d="M2.6 4l4.2 4-4.2 4M8.6 4l4.2 4-4.2 4" />,
  check: (
    <>
      {circle}
      <path d="M5.1 8.3l2 2 3.8-4.2" />
    </>
  ),
  checkDot: (
    <>
      <path d="M12.6 3.6a6.4 6.4 0 1 0 1.8 4.4" />
      <path d="M5.1 8.3l2 2 3.8-4.2" />
      <circle cx="13.6" cy="2.6" r="1.6" fill="currentColor" stroke="none" />
    </>
  ),
  cross: (
    <>
      {circle}
      <path d="M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6" />
    </>
  ),
  back: (
    <>
      <path d="M3 8.2a5.2 5.2 0 1 0 1.7-4" />
      <path d="M2.3 2.2v3.2h3.2" />
      <path d="M8 5.6v2.6l1.8 1.1" />
    </>
  ),
  uturn: (
    <>
      <path d="M3 6.2h6.2a3.6 3.6 0 0 1 0 7.2H6" />
      <path d="M6 3.2l-3 3 3 3" />
    </>
  ),
  again: (
    <>
      <path d="M13 7.8a5.2 5.2 0 1 1-1.7-3.7" />
      <path d="M13.7 2.2v3.2h-3.2" />
    </>
  ),
  unplugged: (
    <>
      <path d="M6.4 9.6l-1.9 1.9a2.1 2.1 0 0 1-3-3l1.9-1.9M9.6 6.4l1.9-1.9a2.1 2.1 0 0 1 3 3l-1.9 1.9" />
      <path d="M5.6 2.2v1.9M2.2 5.2h1.9M10.4 13.8v-1.9M13.8 10.8h-1.9" />
    </>
  ),
  question: (
    <>
      {dashed}
      <path d="M6.4 6.4a1.7 1.7 0 1 1 2.5 1.5c-.6.3-.9.7-.9 1.3M8 11.2v.1" />
    </>
  ),
  dash: (
    <>
      {dashed}
      <path d="M5.6 8h4.8" />
    </>
  ),
  ahead: (
    <>
      {circle}
      <path d="M8 11V5.2M5.5 7.6L8 5.1l2.5 2.5" />
    </>
  ),
  foreign: (
    <>
      {circle}
      <path d="M5.2 6.5h5.6M5.2 9.5h5.6M9.8 4.3l-3.6 7.4" />
    </>
  ),
  pulse: <path d="M1.6 8.4h3l1.7-4.6 3.1 8.6 1.8-4h3.2" />,
  blank: (
    <>
      <path d="M2.2 3.4v4.2l6 6 5.2-5.2-6-6H3.2a1 1 0 0 0-1 1z" />
      <path d="M5.3 5.4v.1" />
    </>
  ),
  skip: (
    <>
      <path d="M2.2 9.4a6 6 0 0 1 10.6-2.8" />
      <path d="M13.4 3.2v3.6H9.8" />
      <circle cx="7.6" cy="12" r="1.4" fill="currentColor" stroke="none" />
    </>
  ),
} satisfies Record<string, ReactNode>

export type ShapeName = keyof typeof shapes

const moving: ReadonlySet<ShapeName> = new Set(['ring', 'notched'])

/** A shape beside a word; the word is what is read aloud. */
export function Shape({ name, className }: { name: ShapeName; className?: string }) {
  return (
    <svg
      aria-hidden="true"
      className={className}
      data-moving={moving.has(name) || undefined}
      fill="none"
      height="15"
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeWidth="1.65"
      viewBox="0 0 16 16"
      width="15"
    >
      {shapes[name]}
    </svg>
  )
}
