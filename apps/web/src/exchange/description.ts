const text = { type: 'string' }

/** The exchange as the description of the API has it: a path of its own, since whoever asks has no token yet. */
export const exchangeDescription = {
  summary: 'Exchange the proof of a pipeline’s forge for a token of minutes (RFC 8693)',
  description: 'Open to everybody: the proof of an issuer is looked at here.',
  security: [],
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: { type: 'object', properties: { token: text }, required: ['token'], additionalProperties: false },
      },
      'application/x-www-form-urlencoded': {
        schema: {
          type: 'object',
          properties: { grant_type: text, subject_token_type: text, subject_token: text },
          required: ['grant_type', 'subject_token_type', 'subject_token'],
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The token, what it may do and for how long',
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: {
              access_token: text,
              token_type: { const: 'Bearer' },
              issued_token_type: text,
              expires_in: { type: 'integer' },
              trust: text,
              capabilities: { type: 'array', items: text },
              environments: { oneOf: [{ const: 'everywhere' }, { type: 'array', items: text }] },
            },
            required: ['access_token', 'token_type', 'issued_token_type', 'expires_in'],
          },
        },
      },
    },
    default: { $ref: '#/components/responses/problem' },
  },
}
