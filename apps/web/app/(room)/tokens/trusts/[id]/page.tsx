import { Suspense } from 'react'
import { ScreenSkeleton } from '../../../../../src/screens/shell/screen-skeleton.tsx'
import { ChangeTrustScreen } from '../../../../../src/screens/tokens/change-trust-screen.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <ChangeTrustScreen />
    </Suspense>
  )
}
