import { Suspense } from 'react'
import { NewPersonScreen } from '../../../../src/screens/people/new-person-screen.tsx'
import { ScreenSkeleton } from '../../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <NewPersonScreen />
    </Suspense>
  )
}
