import { Suspense } from 'react'
import { ConfigurationScreen } from '../../../../src/screens/configuration/configuration-screen.tsx'
import { ScreenSkeleton } from '../../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <ConfigurationScreen />
    </Suspense>
  )
}
