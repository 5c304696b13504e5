import { SetupScreen } from '../../src/screens/setup/setup-screen.tsx'

export default function Page() {
  return <SetupScreen />
}
