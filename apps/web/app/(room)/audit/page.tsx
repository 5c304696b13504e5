import { Suspense } from 'react'
import { AuditScreen } from '../../../src/screens/audit/audit-screen.tsx'
import { ScreenSkeleton } from '../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <AuditScreen />
    </Suspense>
  )
}
