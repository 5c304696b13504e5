import { Suspense } from 'react'
import { OverviewScreen } from '../../src/screens/overview/overview-screen.tsx'
import { ScreenSkeleton } from '../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <OverviewScreen />
    </Suspense>
  )
}
