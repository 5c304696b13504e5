import { SkeletonHeadline, SkeletonRows } from '../../ui/skeleton.tsx'

/** What a screen looks like before its first answer: as high as it will be, and quiet. */
export function ScreenSkeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div aria-busy="true">
      <title>Rollcall</title>
      <h1 className="visually-hidden">Loading</h1>
      <SkeletonHeadline />
      <div style={{ marginTop: 48 }}>
        <SkeletonRows rows={rows} />
      </div>
    </div>
  )
}
