export { sinceMarkdown } from './markdown.ts'
export { sinceYouLeft, sinceYouLeftInput } from './since.ts'
export type * from './views.ts'
