import {
  allowOrigin,
  allowOriginInput,
  clearSecret,
  clearSecretInput,
  disallowOrigin,
  disallowOriginInput,
  listSecrets,
  setSecret,
  setSecretInput,
} from '@rollcall/services'
import { z } from 'zod'
import { may } from '../../server/access.ts'
import { gives, givesAll, type Route } from '../route.ts'

const noun = 'secret'
const manage = may('secret.manage', 'everywhere')

export const secretRoutes: Route[] = [
  {
    method: 'GET',
    path: '/secrets',
    access: may('read', 'everywhere'),
    summary: 'List secrets: where each comes from, where it may be sent, what uses it and what waits; never a value',
    input: z.strictObject({}),
    answers: { 200: 'All secrets' },
    handle: givesAll(listSecrets),
  },
  {
    method: 'PUT',
    path: '/secrets/:name',
    access: manage,
    summary: 'Set a secret, for the origins that are named and no others; it can never be read again',
    input: setSecretInput,
    answers: { 200: 'The secret, without its value' },
    noun,
    handle: gives(setSecret),
  },
  {
    method: 'DELETE',
    path: '/secrets/:name',
    access: manage,
    summary: 'Delete the value of a secret',
    input: clearSecretInput,
    answers: { 200: 'The secret, without a value' },
    noun,
    handle: gives(clearSecret),
  },
  {
    method: 'POST',
    path: '/secrets/:name/origins',
    access: manage,
    summary: 'Allow a secret to be sent to one more origin',
    input: allowOriginInput,
    answers: { 200: 'The secret, without its value' },
    noun,
    handle: gives(allowOrigin),
  },
  {
    method: 'DELETE',
    path: '/secrets/:name/origins',
    access: manage,
    summary: 'Allow a secret to be sent to an origin no longer; with the last one its value is deleted',
    input: disallowOriginInput,
    query: { origin: 'text' },
    answers: { 200: 'The secret, without its value' },
    noun,
    handle: gives(disallowOrigin),
  },
]
