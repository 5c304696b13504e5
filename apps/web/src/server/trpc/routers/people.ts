import {
  addPerson,
  addPersonInput,
  deletePerson,
  deletePersonInput,
  disablePerson,
  disablePersonInput,
  enablePerson,
  enablePersonInput,
  endSession,
  endSessionInput,
  endSessions,
  endSessionsInput,
  getPerson,
  getPersonInput,
  invitePerson,
  invitePersonInput,
  type Link,
  listPeople,
  listPeopleInput,
  listSessions,
  listSessionsInput,
  setRoles,
  setRolesInput,
} from '@rollcall/services'
import type { Deps } from '../../context.ts'
import { peopleForMachines } from '../../token-overrides.ts'
import { accepts, acceptsPage } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

const read = procedure.may('read', 'anywhere', peopleForMachines)
const manage = procedure.may('people.manage', 'everywhere')

/** Behind the # it reaches no server and no log. */
const urlOf = (deps: Deps, { secret, expiresAt }: Link) => ({
  url: `${deps.env().baseUrl.origin}/invitation#${secret}`,
  expiresAt,
})

export const people = router({
  list: read.input(acceptsPage(listPeopleInput)).query(({ ctx, input }) => listPeople(ctx.service, input)),
  get: read.input(accepts(getPersonInput)).query(({ ctx, input }) => getPerson(ctx.service, input)),
  sessions: manage.input(accepts(listSessionsInput)).query(({ ctx, input }) => listSessions(ctx.service, input)),
  add: manage.input(accepts(addPersonInput)).mutation(async ({ ctx, input }) => {
    const { person, link } = await addPerson(ctx.service, input)
    return { person, link: urlOf(ctx.deps, link) }
  }),
  invite: manage.input(accepts(invitePersonInput)).mutation(async ({ ctx, input }) => {
    const { person, link } = await invitePerson(ctx.service, input)
    return { person, link: urlOf(ctx.deps, link) }
  }),
  setRoles: manage.input(accepts(setRolesInput)).mutation(({ ctx, input }) => setRoles(ctx.service, input)),
  disable: manage.input(accepts(disablePersonInput)).mutation(({ ctx, input }) => disablePerson(ctx.service, input)),
  enable: manage.input(accepts(enablePersonInput)).mutation(({ ctx, input }) => enablePerson(ctx.service, input)),
  delete: manage.input(accepts(deletePersonInput)).mutation(({ ctx, input }) => deletePerson(ctx.service, input)),
  endSession: manage.input(accepts(endSessionInput)).mutation(({ ctx, input }) => endSession(ctx.service, input)),
  endSessions: manage.input(accepts(endSessionsInput)).mutation(({ ctx, input }) => endSessions(ctx.service, input)),
})
