import { Suspense } from 'react'
import { ScreenSkeleton } from '../../../src/screens/shell/screen-skeleton.tsx'
import { SinceScreen } from '../../../src/screens/since/since-screen.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <SinceScreen />
    </Suspense>
  )
}
