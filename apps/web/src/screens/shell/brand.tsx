/** The mark: a roll being called, four have answered. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 20 20" width={size} height={size} fill="currentColor">
      <rect x="1" y="2" width="4.4" height="4.4" rx="1" />
      <rect x="7.6" y="2" width="4.4" height="4.4" rx="1" />
      <rect x="14.2" y="2" width="4.4" height="4.4" rx="1" opacity="0.32" />
      <rect x="1" y="8.4" width="4.4" height="4.4" rx="1" />
      <rect x="7.6" y="8.4" width="4.4" height="4.4" rx="1" opacity="0.32" />
      <rect x="1" y="14.8" width="4.4" height="4.4" rx="1" />
    </svg>
  )
}
