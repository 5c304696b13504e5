import {
  configurationSchema,
  diffConfiguration,
  diffConfigurationInput,
  exportConfiguration,
  externalDeploys,
  getComponents,
  getWorkflows,
  getWorkflowsInput,
  importConfiguration,
  importConfigurationInput,
} from '@rollcall/services'
import { z } from 'zod'
import { may } from '../../server/access.ts'
import { importOverrides } from '../../server/overrides.ts'
import { gives, type Route } from '../route.ts'

const nothing = z.strictObject({})

export const configurationRoutes: Route[] = [
  {
    method: 'GET',
    path: '/configuration',
    access: may('read', 'everywhere'),
    summary: 'What runs, as rollcall.yaml; as YAML alone where Accept asks for application/yaml',
    input: z.strictObject({ accept: z.string().optional() }),
    header: { name: 'accept', field: 'accept' },
    answers: { 200: 'The configuration with its hash' },
    async handle(context, { accept }) {
      const configuration = await exportConfiguration(context)
      const plain = /\b(?:application|text)\/(?:x-)?yaml\b/i.test(String(accept ?? ''))
      if (!plain) return { status: 200, body: configuration }
      const headers = { 'content-type': 'application/yaml; charset=utf-8', etag: `"${configuration.hash}"` }
      return { status: 200, body: configuration.yaml, headers }
    },
  },
  {
    method: 'PUT',
    path: '/configuration',
    access: may('configuration.import', 'everywhere', importOverrides),
    summary: 'Put a rollcall.yaml in force, whole or not at all',
    input: importConfigurationInput,
    answers: { 200: 'What changed, and what was left alone' },
    handle: gives(importConfiguration),
  },
  {
    method: 'POST',
    path: '/configuration/diff',
    access: may('read', 'everywhere'),
    summary: 'What an import of this text would change',
    input: diffConfigurationInput,
    answers: { 200: 'What differs from what runs' },
    handle: gives(diffConfiguration),
  },
  {
    method: 'GET',
    path: '/configuration/schema',
    access: may('read', 'anywhere'),
    summary: 'The JSON Schema of rollcall.yaml',
    input: nothing,
    answers: { 200: 'The schema' },
    handle: async () => ({
      status: 200,
      body: configurationSchema,
      headers: { 'content-type': 'application/schema+json' },
    }),
  },
  {
    method: 'GET',
    path: '/configuration/workflows',
    access: may('read', 'everywhere'),
    summary: 'Workflows, jobs and steps for the repositories around Rollcall',
    input: getWorkflowsInput,
    query: { forge: 'text' },
    answers: { 200: 'Everything there is to copy' },
    async handle(context, input) {
      return { status: 200, body: { items: await getWorkflows(context, input), nextCursor: null } }
    },
  },
  {
    method: 'GET',
    path: '/components/matrix',
    access: may('read', 'anywhere'),
    summary: 'What is planned, recorded, attempted and observed, per component and environment',
    input: nothing,
    answers: { 200: 'The matrix and its backlog' },
    handle: gives((context) => getComponents(context)),
  },
  {
    method: 'GET',
    path: '/external-deploys',
    access: may('read', 'anywhere'),
    summary: 'External deploys, in the words of the field; on_update only where they opted in',
    input: nothing,
    answers: { 200: 'All external deploys' },
    handle: async (context) => ({ status: 200, body: { items: await externalDeploys(context), nextCursor: null } }),
  },
]
