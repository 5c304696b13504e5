import { Suspense } from 'react'
import { NewApplyScreen } from '../../../../src/screens/new-apply/new-apply-screen.tsx'
import { ScreenSkeleton } from '../../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <NewApplyScreen />
    </Suspense>
  )
}
