import classes from './skeleton.module.css'

/** A grey stand-in as large as what will come, so that nothing jumps. Silent: the region around it says it is busy. */
export function Skeleton({ width = '100%', height = 14 }: { width?: number | string; height?: number | string }) {
  return <span className={classes.bone} style={{ width, height }} aria-hidden="true" />
}

/** As many rows as are expected, each as high as a real one. */
export function SkeletonRows({ rows, height = 44 }: { rows: number; height?: number }) {
  return (
    <div className={classes.rows} aria-hidden="true">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: stand-ins have no identity
        <div key={index} style={{ height }}>
          <Skeleton width={90 + ((index * 37) % 60)} />
          <Skeleton width="100%" />
          <Skeleton width={70} />
        </div>
      ))}
    </div>
  )
}

/** A headline's stand-in. */
export function SkeletonHeadline() {
  return (
    <div className={classes.headline} aria-hidden="true">
      <Skeleton width="min(440px, 80%)" height={30} />
      <Skeleton width="min(300px, 60%)" height={14} />
    </div>
  )
}
