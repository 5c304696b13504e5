import { Suspense } from 'react'
import { ScreenSkeleton } from '../../../../src/screens/shell/screen-skeleton.tsx'
import { UpdateScreen } from '../../../../src/screens/update/update-screen.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <UpdateScreen />
    </Suspense>
  )
}
