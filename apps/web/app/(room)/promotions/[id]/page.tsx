import { Suspense } from 'react'
import { PromotionScreen } from '../../../../src/screens/promotions/promotion-screen.tsx'
import { ScreenSkeleton } from '../../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <PromotionScreen />
    </Suspense>
  )
}
