import { Suspense } from 'react'
import { ApplyScreen } from '../../../../src/screens/apply/apply-screen.tsx'
import { ScreenSkeleton } from '../../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <ApplyScreen />
    </Suspense>
  )
}
