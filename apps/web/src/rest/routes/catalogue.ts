import {
  type Context,
  defineComponent,
  defineComponentInput,
  defineEnvironment,
  defineEnvironmentInput,
  listBuilds,
  listBuildsInput,
  listComponents,
  listEnvironments,
  publishBuild,
  publishBuildInput,
} from '@rollcall/services'
import { z } from 'zod'
import { may } from '../../server/access.ts'
import { gives, givesAll, type Route } from '../route.ts'

/** Answers 201 when the verb made something and 200 when it was there before. */
function defines(verb: (context: Context, input: unknown) => Promise<{ created: boolean }>): Route['handle'] {
  return async (context, input) => {
    const { created, ...body } = await verb(context, input)
    return { status: created ? 201 : 200, body }
  }
}

const nothing = z.strictObject({})

export const catalogueRoutes: Route[] = [
  {
    method: 'POST',
    path: '/builds',
    access: may('build.publish', 'everywhere'),
    summary: 'Make a build known',
    input: publishBuildInput,
    answers: { 201: 'The build', 200: 'The build, which was known before' },
    async handle(context, input) {
      const { created, ...build } = await publishBuild(context, input)
      return { status: created ? 201 : 200, body: { ...build, component: input.component } }
    },
  },
  {
    method: 'GET',
    path: '/builds',
    access: may('read', 'anywhere'),
    summary: 'List builds, newest first',
    input: listBuildsInput,
    query: { component: 'text', cursor: 'text', limit: 'number' },
    answers: { 200: 'A page of builds' },
    handle: gives(listBuilds),
  },
  {
    method: 'GET',
    path: '/environments',
    access: may('read', 'anywhere'),
    summary: 'List environments',
    input: nothing,
    answers: { 200: 'All environments' },
    handle: givesAll(listEnvironments),
  },
  {
    method: 'PUT',
    path: '/environments/:slug',
    access: may('environment.define', 'everywhere'),
    summary: 'Define an environment, or change how it is defined',
    input: defineEnvironmentInput,
    answers: { 201: 'The new environment', 200: 'The environment as it is now' },
    noun: 'environment',
    handle: defines(defineEnvironment),
  },
  {
    method: 'GET',
    path: '/components',
    access: may('read', 'anywhere'),
    summary: 'List components',
    input: nothing,
    answers: { 200: 'All components' },
    handle: givesAll(listComponents),
  },
  {
    method: 'PUT',
    path: '/components/:slug',
    access: may('component.define', 'everywhere'),
    summary: 'Define a component, or change its name',
    input: defineComponentInput,
    answers: { 201: 'The new component', 200: 'The component as it is now' },
    noun: 'component',
    handle: defines(defineComponent),
  },
]
