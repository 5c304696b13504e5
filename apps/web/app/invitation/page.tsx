import { InvitationScreen } from '../../src/screens/setup/invitation-screen.tsx'

export default function Page() {
  return <InvitationScreen />
}
