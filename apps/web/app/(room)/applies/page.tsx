import { Suspense } from 'react'
import { AppliesScreen } from '../../../src/screens/applies/applies-screen.tsx'
import { ScreenSkeleton } from '../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <AppliesScreen />
    </Suspense>
  )
}
