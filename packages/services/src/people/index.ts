export { environmentOf, type PlaceKind } from './environment-of.ts'
