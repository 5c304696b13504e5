import { Suspense } from 'react'
import { AuditRowScreen } from '../../../../src/screens/audit/audit-row-screen.tsx'
import { ScreenSkeleton } from '../../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <AuditRowScreen />
    </Suspense>
  )
}
