import { ScreenSkeleton } from '../../src/screens/shell/screen-skeleton.tsx'

export default function Loading() {
  return <ScreenSkeleton />
}
