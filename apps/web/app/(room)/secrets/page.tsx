import { Suspense } from 'react'
import { SecretsScreen } from '../../../src/screens/secrets/secrets-screen.tsx'
import { ScreenSkeleton } from '../../../src/screens/shell/screen-skeleton.tsx'

export default function Page() {
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <SecretsScreen />
    </Suspense>
  )
}
