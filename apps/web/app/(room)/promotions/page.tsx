import { Suspense } from 'react'
import { PromotionsScreen } from '../../../src/screens/promotions/promotions-screen.tsx'
import { ScreenSkeleton } from '../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <PromotionsScreen />
    </Suspense>
  )
}
