import { Suspense } from 'react'
import { OperationScreen } from '../../../../../../src/screens/operation/operation-screen.tsx'
import { ScreenSkeleton } from '../../../../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <OperationScreen />
    </Suspense>
  )
}
