import { Suspense } from 'react'
import { ScreenSkeleton } from '../../../../../src/screens/shell/screen-skeleton.tsx'
import { TargetScreen } from '../../../../../src/screens/target/target-screen.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <TargetScreen />
    </Suspense>
  )
}
