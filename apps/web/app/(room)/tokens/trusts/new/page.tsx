import { Suspense } from 'react'
import { ScreenSkeleton } from '../../../../../src/screens/shell/screen-skeleton.tsx'
import { NewTrustScreen } from '../../../../../src/screens/tokens/new-trust-screen.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <NewTrustScreen />
    </Suspense>
  )
}
