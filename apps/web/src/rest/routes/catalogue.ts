import {
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
import { gives, givesAll, type Route } from '../route.ts'

const nothing = z.strictObject({})

export const catalogueRoutes: Route[] = [
  {
    method: 'POST',
    path: '/builds',
    permission: 'operate',
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
    permission: 'read',
    summary: 'List builds, newest first',
    input: listBuildsInput,
    query: { component: 'text', cursor: 'text', limit: 'number' },
    answers: { 200: 'A page of builds' },
    handle: gives(listBuilds),
  },
  {
    method: 'GET',
    path: '/environments',
    permission: 'read',
    summary: 'List environments',
    input: nothing,
    answers: { 200: 'All environments' },
    handle: givesAll(listEnvironments),
  },
  {
    method: 'PUT',
    path: '/environments/:slug',
    permission: 'operate',
    summary: 'Define an environment, or change how it is defined',
    input: defineEnvironmentInput,
    answers: { 200: 'The environment' },
    noun: 'environment',
    handle: gives(defineEnvironment),
  },
  {
    method: 'GET',
    path: '/components',
    permission: 'read',
    summary: 'List components',
    input: nothing,
    answers: { 200: 'All components' },
    handle: givesAll(listComponents),
  },
  {
    method: 'PUT',
    path: '/components/:slug',
    permission: 'operate',
    summary: 'Define a component, or change its name',
    input: defineComponentInput,
    answers: { 200: 'The component' },
    noun: 'component',
    handle: gives(defineComponent),
  },
]
