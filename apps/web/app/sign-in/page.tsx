import { Suspense } from 'react'
import { SignInScreen } from '../../src/screens/sign-in/sign-in-screen.tsx'

export default function Page() {
  return (
    <Suspense>
      <SignInScreen />
    </Suspense>
  )
}
