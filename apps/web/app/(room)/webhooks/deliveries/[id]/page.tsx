import { Suspense } from 'react'
import { ScreenSkeleton } from '../../../../../src/screens/shell/screen-skeleton.tsx'
import { DeliveryScreen } from '../../../../../src/screens/webhooks/delivery-screen.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <DeliveryScreen />
    </Suspense>
  )
}
