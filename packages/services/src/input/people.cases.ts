import * as services from '../index.ts'
import type { BadFields, Verbs } from './cases.ts'
import { ids, pages } from './rollouts.cases.ts'

const secret = 'a-secret-behind-the-hash-of-a-link'
const password = 'correct horse battery'

/** Every verb about people and their sessions, with input that it would understand. */
export const peopleVerbs = (): Verbs => ({
  listPeople: { verb: services.listPeople, good: () => ({}) },
  getPerson: { verb: services.getPerson, good: () => ({ id: 'usr_1' }) },
  addPerson: { verb: services.addPerson, good: () => ({ name: 'Ada', email: 'ada@x.test', roles: [] }) },
  invitePerson: { verb: services.invitePerson, good: () => ({ id: 'usr_1' }) },
  acceptInvitation: { verb: services.acceptInvitation, good: () => ({ secret, password }) },
  setRoles: { verb: services.setRoles, good: () => ({ id: 'usr_1', roles: [{ role: 'admin', environment: null }] }) },
  disablePerson: { verb: services.disablePerson, good: () => ({ id: 'usr_1' }) },
  enablePerson: { verb: services.enablePerson, good: () => ({ id: 'usr_1' }) },
  deletePerson: { verb: services.deletePerson, good: () => ({ id: 'usr_1' }) },
  listSessions: { verb: services.listSessions, good: () => ({ personId: 'usr_1' }) },
  endSession: { verb: services.endSession, good: () => ({ id: 'ses_1' }) },
  endSessions: { verb: services.endSessions, good: () => ({ personId: 'usr_1' }) },
  endOwnSession: { verb: services.endOwnSession, good: () => ({ id: 'ses_1' }) },
  changePassword: { verb: services.changePassword, good: () => ({ current: password, password }) },
  completeSetup: {
    verb: services.completeSetup,
    good: () => ({ secret, name: 'Ada', email: 'ada@x.test', password }),
  },
})

const passwords: BadFields = [
  ['password', 'short', 'password'],
  ['password', 'a'.repeat(20), 'password'],
  ['password', `${password}\0`, 'password'],
  ['password', 7, 'password'],
  ['password', password.repeat(20), 'password'],
]
const secrets: BadFields = [
  ['secret', 'x', 'secret'],
  ['secret', 7, 'secret'],
  ['secret', `${secret}/../x`, 'secret'],
]
const selves: BadFields = [
  ['name', ' ', 'name'],
  ['name', 'Ada\nBob', 'name'],
  ['name', 'Ada\u202enimda', 'name'],
  ['name', 'Ada\u2028Bob', 'name'],
  ['name', 'x'.repeat(101), 'name'],
  ['email', 'operator@rollcall.invalid', 'email'],
  ['email', 'ada', 'email'],
  ['email', `${'a'.repeat(250)}@x.test`, 'email'],
  ['email', 'ada@x.test\r\nBcc: eve@x.test', 'email'],
]
const roles: BadFields = [
  ['roles', 'admin', 'roles'],
  ['roles', [{ role: 'root', environment: null }], 'roles.0.role'],
  ['roles', [{ role: 'constructor', environment: null }], 'roles.0.role'],
  ['roles', [{ role: 'admin', environment: '!' }], 'roles.0.environment'],
  ['roles', [{ role: 'admin' }], 'roles.0.environment'],
]

/** What none of them can understand. */
export const peopleBad: Record<string, BadFields> = {
  listPeople: [...pages, ['q', 7, 'q'], ['q', 'a\0', 'q']],
  getPerson: ids,
  addPerson: [...selves, ...roles],
  invitePerson: ids,
  acceptInvitation: [...secrets, ...passwords],
  setRoles: [...ids, ...roles],
  disablePerson: ids,
  enablePerson: ids,
  deletePerson: ids,
  listSessions: [['personId', 7, 'personId']],
  endSession: ids,
  endSessions: [['personId', 7, 'personId']],
  endOwnSession: ids,
  changePassword: [['current', '', 'current'], ['current', 7, 'current'], ...passwords],
  completeSetup: [...secrets, ...selves, ...passwords],
}
