import { Suspense } from 'react'
import { ComponentsScreen } from '../../../src/screens/components/components-screen.tsx'
import { ScreenSkeleton } from '../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <ComponentsScreen />
    </Suspense>
  )
}
