import { Suspense } from 'react'
import { ScreenSkeleton } from '../../../src/screens/shell/screen-skeleton.tsx'
import { TokensScreen } from '../../../src/screens/tokens/tokens-screen.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <TokensScreen />
    </Suspense>
  )
}
