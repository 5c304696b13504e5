import { Suspense } from 'react'
import { FleetScreen } from '../../../src/screens/fleet/fleet-screen.tsx'
import { ScreenSkeleton } from '../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <FleetScreen />
    </Suspense>
  )
}
