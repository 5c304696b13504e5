import { Suspense } from 'react'
import { ScreenSkeleton } from '../../../src/screens/shell/screen-skeleton.tsx'
import { UpdatesScreen } from '../../../src/screens/updates/updates-screen.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <UpdatesScreen />
    </Suspense>
  )
}
