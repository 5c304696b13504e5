import { Suspense } from 'react'
import { ScreenSkeleton } from '../../../src/screens/shell/screen-skeleton.tsx'
import { WebhooksScreen } from '../../../src/screens/webhooks/webhooks-screen.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <WebhooksScreen />
    </Suspense>
  )
}
