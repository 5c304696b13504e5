import { Suspense } from 'react'
import { PersonScreen } from '../../../../src/screens/people/person-screen.tsx'
import { ScreenSkeleton } from '../../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <PersonScreen />
    </Suspense>
  )
}
