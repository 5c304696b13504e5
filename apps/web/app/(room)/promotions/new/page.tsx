import { Suspense } from 'react'
import { PromoteScreen } from '../../../../src/screens/promotions/promote-screen.tsx'
import { ScreenSkeleton } from '../../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <PromoteScreen />
    </Suspense>
  )
}
