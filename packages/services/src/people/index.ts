export { acceptInvitation, acceptInvitationInput } from './accept-invitation.ts'
export { accessTopic } from './access-changed.ts'
export { type AccountView, describeAccount } from './account.ts'
export { addPerson, addPersonInput } from './add-person.ts'
export { type Admission, admitFromProvider, type ProviderProfile, providerAccountId } from './admit-from-provider.ts'
export { changePassword, changePasswordInput } from './change-password.ts'
export { deletePerson, deletePersonInput } from './delete-person.ts'
export { disablePerson, disablePersonInput } from './disable-person.ts'
export { enablePerson, enablePersonInput } from './enable-person.ts'
export {
  endOwnSession,
  endOwnSessionInput,
  endSession,
  endSessionInput,
  endSessions,
  endSessionsInput,
  listOwnSessions,
  signOut,
} from './end-session.ts'
export { environmentOf, notThere, type PlaceKind, placeOf } from './environment-of.ts'
export { recordFailedSignIn } from './failed-sign-in.ts'
export { findSession, type SessionFound, sessionRights } from './find-session.ts'
export { getPerson, getPersonInput } from './get-person.ts'
export type { RoleHeld } from './held-roles.ts'
export type { Link } from './invitation.ts'
export { invitePerson, invitePersonInput } from './invite-person.ts'
export { listPeople, listPeopleInput } from './list-people.ts'
export { listSessions, listSessionsInput } from './list-sessions.ts'
export {
  type NewSession,
  type OpenedSession,
  openOperatorSession,
  openSession,
  type SignInRefusal,
  signInRefusals,
} from './open-session.ts'
export { operatorId } from './operator.ts'
export { hashPassword, verifyPassword } from './password.ts'
export { oidcProvider, type PersonRow } from './person.ts'
export { pruneAccess } from './prune.ts'
export { credentialOf, type SessionView, sessionLongestMs } from './sessions.ts'
export { setRoles, setRolesInput } from './set-roles.ts'
export { completeSetup, completeSetupInput, isSetupOffered, offerSetup, withdrawSetup } from './setup.ts'
export {
  type Attempt,
  beginSignIn,
  countRefusal,
  forgetFailures,
  signInSucceeded,
  type Trying,
  tryEndedWell,
  waitBefore,
} from './sign-in-limit.ts'
export { whoMay } from './who-may.ts'
