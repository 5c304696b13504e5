import { Suspense } from 'react'
import { PeopleScreen } from '../../../src/screens/people/people-screen.tsx'
import { ScreenSkeleton } from '../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <PeopleScreen />
    </Suspense>
  )
}
