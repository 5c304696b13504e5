import { Suspense } from 'react'
import { WorkflowsScreen } from '../../../../src/screens/configuration/workflows-screen.tsx'
import { ScreenSkeleton } from '../../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <WorkflowsScreen />
    </Suspense>
  )
}
