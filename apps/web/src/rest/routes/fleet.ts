import { getFleet, getFleetInput, sweepNow, sweepNowInput } from '@rollcall/services'
import { at, may } from '../../server/access.ts'
import { gives, type Route } from '../route.ts'

export const fleetRoutes: Route[] = [
  {
    method: 'GET',
    path: '/fleet',
    access: may('read', at.environment()),
    summary: 'Call the roll: what every target of an environment should run and what it was last seen to run',
    input: getFleetInput,
    query: { environment: 'text', component: 'text' },
    answers: { 200: 'The fleet by observation' },
    handle: gives(getFleet),
  },
  {
    method: 'POST',
    path: '/fleet/sweep',
    access: may('fleet.sweep', at.environment()),
    summary: 'Ask every target of an environment now what it runs',
    input: sweepNowInput,
    answers: { 202: 'The worker was asked' },
    handle: async (context, input) => ({ status: 202, body: await sweepNow(context, input) }),
  },
]
