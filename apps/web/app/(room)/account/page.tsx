import { Suspense } from 'react'
import { AccountScreen } from '../../../src/screens/account/account-screen.tsx'
import { ScreenSkeleton } from '../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <AccountScreen />
    </Suspense>
  )
}
