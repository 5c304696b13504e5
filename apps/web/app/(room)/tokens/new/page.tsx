import { Suspense } from 'react'
import { ScreenSkeleton } from '../../../../src/screens/shell/screen-skeleton.tsx'
import { NewTokenScreen } from '../../../../src/screens/tokens/new-token-screen.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <NewTokenScreen />
    </Suspense>
  )
}
